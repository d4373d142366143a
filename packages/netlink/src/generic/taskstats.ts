import {
  attributes,
  bytes,
  charArray,
  type Declaration,
  type Infer,
  pad,
  string,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../codec/index.js'
import { named } from '../codec/named.js'
import { gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'
import { kernelTimespec } from './timespec.js'

/** `struct taskstats`, linux/taskstats.h: times in nanoseconds unless noted; sizes in bytes */
export const taskstatsStruct = struct(
  'taskstats',
  {
    version: u16,
    _pad0: pad(2),
    acExitcode: u32,
    acFlag: u8,
    acNice: u8,
    _pad1: pad(6),
    cpuCount: u64,
    cpuDelayTotal: u64,
    blkioCount: u64,
    blkioDelayTotal: u64,
    swapinCount: u64,
    swapinDelayTotal: u64,
    cpuRunRealTotal: u64,
    cpuRunVirtualTotal: u64,
    acComm: charArray(32),
    acSched: u8,
    acPad: pad(3),
    _pad2: pad(4),
    acUid: u32,
    acGid: u32,
    acPid: u32,
    acPpid: u32,
    acBtime: u32,
    _pad3: pad(4),
    acEtime: u64,
    acUtime: u64,
    acStime: u64,
    acMinflt: u64,
    acMajflt: u64,
    coremem: u64,
    virtmem: u64,
    hiwaterRss: u64,
    hiwaterVm: u64,
    readChar: u64,
    writeChar: u64,
    readSyscalls: u64,
    writeSyscalls: u64,
    readBytes: u64,
    writeBytes: u64,
    cancelledWriteBytes: u64,
    nvcsw: u64,
    nivcsw: u64,
    acUtimescaled: u64,
    acStimescaled: u64,
    cpuScaledRunRealTotal: u64,
    freepagesCount: u64,
    freepagesDelayTotal: u64,
    thrashingCount: u64,
    thrashingDelayTotal: u64,
    acBtime64: u64,
    compactCount: u64,
    compactDelayTotal: u64,
    acTgid: u32,
    _pad4: pad(4),
    acTgetime: u64,
    acExeDev: u64,
    acExeInode: u64,
    wpcopyCount: u64,
    wpcopyDelayTotal: u64,
    irqCount: u64,
    irqDelayTotal: u64,
    cpuDelayMax: u64,
    cpuDelayMin: u64,
    blkioDelayMax: u64,
    blkioDelayMin: u64,
    swapinDelayMax: u64,
    swapinDelayMin: u64,
    freepagesDelayMax: u64,
    freepagesDelayMin: u64,
    thrashingDelayMax: u64,
    thrashingDelayMin: u64,
    compactDelayMax: u64,
    compactDelayMin: u64,
    wpcopyDelayMax: u64,
    wpcopyDelayMin: u64,
    irqDelayMax: u64,
    irqDelayMin: u64,
    cpuDelayMaxTs: kernelTimespec,
    blkioDelayMaxTs: kernelTimespec,
    swapinDelayMaxTs: kernelTimespec,
    freepagesDelayMaxTs: kernelTimespec,
    thrashingDelayMaxTs: kernelTimespec,
    compactDelayMaxTs: kernelTimespec,
    wpcopyDelayMaxTs: kernelTimespec,
    irqDelayMaxTs: kernelTimespec,
  },
  { growable: true },
)
export interface TaskstatsStruct extends Infer<typeof taskstatsStruct> {}

/** The TASKSTATS_TYPE_* attributes inside TASKSTATS_TYPE_AGGR_PID and TASKSTATS_TYPE_AGGR_TGID, linux/taskstats.h */
export const taskstatsAggrAttrs = attributes('TASKSTATS_TYPE', {
  pid: [1, u32],
  tgid: [2, u32],
  stats: [3, named<TaskstatsStruct>(taskstatsStruct)],
})
export interface TaskstatsAggrAttrs extends Infer<typeof taskstatsAggrAttrs> {}

/** TASKSTATS_TYPE_*, linux/taskstats.h: attributes from the kernel */
export const taskstatsTypeAttrs = attributes('TASKSTATS_TYPE', {
  pid: [1, u32],
  tgid: [2, u32],
  stats: [3, named<TaskstatsStruct>(taskstatsStruct)],
  aggrPid: [4, taskstatsAggrAttrs],
  aggrTgid: [5, taskstatsAggrAttrs],
  null: [6, bytes], // alignment, on machines that need it
})
export interface TaskstatsTypeAttrs extends Infer<typeof taskstatsTypeAttrs> {}

/** TASKSTATS_CMD_ATTR_*, linux/taskstats.h: attributes of requests */
export const taskstatsCmdAttrs = attributes('TASKSTATS_CMD_ATTR', {
  pid: [1, u32],
  tgid: [2, u32],
  registerCpumask: [3, string], // `0-3,5`: sends the statistics of each task that exits on these CPUs
  deregisterCpumask: [4, string],
})
export interface TaskstatsCmdAttrs extends Infer<typeof taskstatsCmdAttrs> {}

/** TASKSTATS_CMD_GET, linux/taskstats.h: a request */
export const taskstatsRequest: Declaration<TaskstatsRequest> = genericMessage(
  'TASKSTATS request',
  named<TaskstatsCmdAttrs>(taskstatsCmdAttrs),
)
export interface TaskstatsRequest extends GenericMessage<TaskstatsCmdAttrs> {}

/** TASKSTATS_CMD_NEW, linux/taskstats.h: a reply, or the report of a task that has ended */
export const taskstatsMessage: Declaration<TaskstatsMessage> = genericMessage(
  'TASKSTATS',
  named<TaskstatsTypeAttrs>(taskstatsTypeAttrs),
)
export interface TaskstatsMessage extends GenericMessage<TaskstatsTypeAttrs> {}

/** TASKSTATS_GENL_NAME, linux/taskstats.h: resource usage of tasks. The kernel replies in the initial namespaces only. */
export const taskstats = genericFamily('TASKSTATS', {
  version: 1,
  messages: {
    TASKSTATS_CMD_GET: gets(1, taskstatsRequest, taskstatsMessage),
    TASKSTATS_CMD_NEW: [2, taskstatsRequest, taskstatsMessage],
  },
})
