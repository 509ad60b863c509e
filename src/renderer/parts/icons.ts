/** @file Renderer. Which line icon each name of ours stands for; only what is named here is bundled. */
import ArrowDown from '@lucide/svelte/icons/arrow-down';
import ArrowLeftRight from '@lucide/svelte/icons/move-horizontal';
import ArrowUp from '@lucide/svelte/icons/arrow-up';
import Calendar from '@lucide/svelte/icons/calendar-days';
import Check from '@lucide/svelte/icons/check';
import ChevronDown from '@lucide/svelte/icons/chevron-down';
import ChevronLeft from '@lucide/svelte/icons/chevron-left';
import ChevronRight from '@lucide/svelte/icons/chevron-right';
import ChevronsUpDown from '@lucide/svelte/icons/chevrons-up-down';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import Clock from '@lucide/svelte/icons/clock';
import Columns from '@lucide/svelte/icons/columns-3';
import Command from '@lucide/svelte/icons/command';
import Copy from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import Ellipsis from '@lucide/svelte/icons/ellipsis';
import Equal from '@lucide/svelte/icons/equal';
import ExternalLink from '@lucide/svelte/icons/external-link';
import Eye from '@lucide/svelte/icons/eye';
import EyeOff from '@lucide/svelte/icons/eye-off';
import File from '@lucide/svelte/icons/file-headphone';
import Flask from '@lucide/svelte/icons/flask-conical';
import Folder from '@lucide/svelte/icons/folder';
import HardDrive from '@lucide/svelte/icons/hard-drive';
import Info from '@lucide/svelte/icons/info';
import Key from '@lucide/svelte/icons/key-round';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Library from '@lucide/svelte/icons/library';
import Link from '@lucide/svelte/icons/link';
import ListFilter from '@lucide/svelte/icons/list-filter';
import Lock from '@lucide/svelte/icons/lock';
import Minus from '@lucide/svelte/icons/minus';
import Monitor from '@lucide/svelte/icons/monitor';
import Moon from '@lucide/svelte/icons/moon';
import PanelRight from '@lucide/svelte/icons/panel-right';
import Pause from '@lucide/svelte/icons/pause';
import Person from '@lucide/svelte/icons/user-round';
import Play from '@lucide/svelte/icons/play';
import Plus from '@lucide/svelte/icons/plus';
import Radio from '@lucide/svelte/icons/radio';
import Retry from '@lucide/svelte/icons/rotate-cw';
import Search from '@lucide/svelte/icons/search';
import Settings from '@lucide/svelte/icons/settings';
import Shield from '@lucide/svelte/icons/shield-check';
import Square from '@lucide/svelte/icons/square';
import Sun from '@lucide/svelte/icons/sun';
import Sunrise from '@lucide/svelte/icons/sunrise';
import Transfers from '@lucide/svelte/icons/arrow-down-up';
import Trash from '@lucide/svelte/icons/trash';
import Tray from '@lucide/svelte/icons/panel-bottom';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import Volume from '@lucide/svelte/icons/volume-2';
import VolumeOff from '@lucide/svelte/icons/volume-x';
import WifiOff from '@lucide/svelte/icons/wifi-off';
import X from '@lucide/svelte/icons/x';

export const icons = {
  // Places
  today: Sunrise,
  live: Radio,
  meetings: Calendar,
  transfers: Transfers,
  library: Library,
  settings: Settings,
  sample: Flask,
  person: Person,
  folder: Folder,
  file: File,
  disk: HardDrive,
  inspector: PanelRight,
  tray: Tray,

  // Deeds
  play: Play,
  pause: Pause,
  stop: Square,
  search: Search,
  command: Command,
  filter: ListFilter,
  columns: Columns,
  fetch: Download,
  retry: Retry,
  copy: Copy,
  link: Link,
  outside: ExternalLink,
  remove: Trash,
  more: Ellipsis,
  plus: Plus,
  minus: Minus,
  fit: ArrowLeftRight,
  back: ChevronLeft,
  forward: ChevronRight,
  down: ChevronDown,
  choose: ChevronsUpDown,
  'sort-up': ArrowUp,
  'sort-down': ArrowDown,
  cross: X,
  sound: Volume,
  mute: VolumeOff,

  // What is so
  check: Check,
  warn: TriangleAlert,
  info: Info,
  help: CircleHelp,
  derived: Equal,
  unreadable: CircleSlash,
  offline: WifiOff,
  record: CircleDot,
  clock: Clock,
  shield: Shield,
  lock: Lock,
  key: Key,
  keyboard: Keyboard,
  eye: Eye,
  'eye-off': EyeOff,
  sun: Sun,
  moon: Moon,
  system: Monitor,
} as const;

export type IconName = keyof typeof icons;
export const iconNames = Object.keys(icons).filter((name): name is IconName => name in icons);
