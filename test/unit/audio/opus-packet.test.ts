/** @file Unit tests. The first bytes of Opus packets. */
import { describe, expect, it } from 'vitest';
import {
  frameSamples,
  packetSamples,
  silencePackets,
  splitPacket,
} from '../../../src/main/audio/opus-packet.ts';

/** A first byte: configuration 0 to 31, one channel, frame count code. */
const toc = (config: number, code: number) => (config << 3) | code;

describe('the length of an Opus packet', () => {
  it('follows the table of configurations', () => {
    const lengths = Array.from({ length: 32 }, (_, config) => frameSamples(toc(config, 0)) / 48);
    const silk = [10, 20, 40, 60];
    const celt = [2.5, 5, 10, 20];
    expect(lengths).toEqual([
      ...[silk, silk, silk].flat(),
      ...[10, 20, 10, 20],
      ...[celt, celt, celt, celt].flat(),
    ]);
  });

  it('counts frames by the code, and by the second byte for code 3', () => {
    expect(packetSamples(toc(15, 0), 0, 50)).toBe(960);
    expect(packetSamples(toc(15, 1), 0, 50)).toBe(1920);
    expect(packetSamples(toc(15, 2), 0, 50)).toBe(1920);
    expect(packetSamples(toc(15, 3), 0x83, 50)).toBe(2880);
  });

  it('is 0 for what is no packet: no bytes, no frames, more than 120 ms', () => {
    expect(packetSamples(toc(15, 0), 0, 0)).toBe(0);
    expect(packetSamples(toc(15, 3), 0, 1)).toBe(0);
    expect(packetSamples(toc(15, 3), 0, 9)).toBe(0);
    expect(packetSamples(toc(15, 3), 7, 9)).toBe(0);
  });
});

describe('packets of silence', () => {
  it('are two bytes, fill the time exactly and keep mode and channels of the packet before', () => {
    for (const before of [toc(1, 3), toc(15, 0) | 4, toc(31, 0), toc(16, 1)]) {
      for (const samples of [120, 480, 18_000 * 48, 960 * 7 + 360]) {
        const packets = [...silencePackets(before, samples)];
        const total = packets.reduce(
          (sum, { bytes }) => sum + packetSamples(bytes[0] ?? 0, bytes[1] ?? 0, bytes.length),
          0,
        );
        expect(total).toBe(samples);
        expect(packets.every(({ bytes }) => bytes.length === 2)).toBe(true);
        expect(packets.every(({ bytes }) => ((bytes[0] ?? 0) & 4) === (before & 4))).toBe(true);
      }
    }
  });
});

describe('splitting a packet into frames', () => {
  it('undoes every way of packing', () => {
    const one = [1, 2, 3];
    const two = [4, 5, 6];
    const plain = toc(15, 0);
    const frames = [Uint8Array.of(plain, ...one), Uint8Array.of(plain, ...two)];
    expect(splitPacket(Uint8Array.of(toc(15, 0), ...one))).toEqual(frames.slice(0, 1));
    expect(splitPacket(Uint8Array.of(toc(15, 1), ...one, ...two))).toEqual(frames);
    expect(splitPacket(Uint8Array.of(toc(15, 2), 3, ...one, ...two))).toEqual(frames);
    expect(splitPacket(Uint8Array.of(toc(15, 3), 2, ...one, ...two))).toEqual(frames);
    expect(splitPacket(Uint8Array.of(toc(15, 3), 0x82, 3, ...one, ...two))).toEqual(frames);
    const padded = Uint8Array.of(toc(15, 3), 0xc2, 2, 3, ...one, ...two, 0, 0);
    expect(splitPacket(padded)).toEqual(frames);
  });

  it('gives nothing for packets that contradict themselves', () => {
    expect(splitPacket(new Uint8Array(0))).toEqual([]);
    expect(splitPacket(Uint8Array.of(toc(15, 1), 1, 2, 3))).toEqual([]);
    expect(splitPacket(Uint8Array.of(toc(15, 2), 200, 1))).toEqual([]);
    expect(splitPacket(Uint8Array.of(toc(15, 3), 0xc2, 255, 255, 255))).toEqual([]);
  });
});
