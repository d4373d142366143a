import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  i32,
  multi,
  u32,
  u64,
  uint,
} from '../codec/index.js'
import { gets } from '../message/index.js'
import { genericFamily, genericMessage } from './family.js'

/** NETDEV_XDP_ACT_*, linux/netdev.h */
export const NETDEV_XDP_ACT = constants('NETDEV_XDP_ACT', {
  BASIC: 0x1,
  REDIRECT: 0x2,
  NDO_XMIT: 0x4,
  XSK_ZEROCOPY: 0x8,
  HW_OFFLOAD: 0x10,
  RX_SG: 0x20,
  NDO_XMIT_SG: 0x40,
})

/** NETDEV_XDP_RX_METADATA_*, linux/netdev.h */
export const NETDEV_XDP_RX_METADATA = constants('NETDEV_XDP_RX_METADATA', {
  TIMESTAMP: 0x1,
  HASH: 0x2,
  VLAN_TAG: 0x4,
})

/** NETDEV_XSK_FLAGS_*, linux/netdev.h */
export const NETDEV_XSK_FLAGS = constants('NETDEV_XSK_FLAGS', {
  TX_TIMESTAMP: 0x1,
  TX_CHECKSUM: 0x2,
  TX_LAUNCH_TIME_FIFO: 0x4,
})

/** NETDEV_QUEUE_TYPE_*, linux/netdev.h */
export const NETDEV_QUEUE_TYPE = constants('NETDEV_QUEUE_TYPE', {
  RX: 0,
  TX: 1,
})

/** NETDEV_QSTATS_SCOPE_*, linux/netdev.h */
export const NETDEV_QSTATS_SCOPE = constants('NETDEV_QSTATS_SCOPE', {
  QUEUE: 1,
})

/** NETDEV_NAPI_THREADED_*, linux/netdev.h */
export const NETDEV_NAPI_THREADED = constants('NETDEV_NAPI_THREADED', {
  DISABLED: 0,
  ENABLED: 1,
  BUSY_POLL: 2,
})

/** NETDEV_A_IO_URING_PROVIDER_INFO_*, linux/netdev.h */
export const netdevIoUringProviderInfoAttrs = attributes('NETDEV_A_IO_URING_PROVIDER_INFO', {
  rxBufLen: [1, uint],
})
export interface NetdevIoUringProviderInfoAttrs extends Infer<typeof netdevIoUringProviderInfoAttrs> {}

/** NETDEV_A_XSK_INFO_*, linux/netdev.h */
export const netdevXskInfoAttrs = attributes('NETDEV_A_XSK_INFO', {})
export interface NetdevXskInfoAttrs extends Infer<typeof netdevXskInfoAttrs> {}

/** The part of NETDEV_A_QUEUE_* that is nested, linux/netdev.h */
export const netdevQueueIdAttrs = attributes('NETDEV_A_QUEUE', {
  id: [1, u32],
  type: [3, enumOf(u32, NETDEV_QUEUE_TYPE)],
})
export interface NetdevQueueIdAttrs extends Infer<typeof netdevQueueIdAttrs> {}

/** NETDEV_A_LEASE_*, linux/netdev.h */
export const netdevLeaseAttrs = attributes('NETDEV_A_LEASE', {
  ifindex: [1, u32],
  queue: [2, netdevQueueIdAttrs],
  netnsId: [3, i32],
})
export interface NetdevLeaseAttrs extends Infer<typeof netdevLeaseAttrs> {}

/** NETDEV_A_DEV_*, linux/netdev.h */
export const netdevDevAttrs = attributes('NETDEV_A_DEV', {
  ifindex: [1, u32],
  pad: [2, bytes],
  xdpFeatures: [3, flagsOf(u64, NETDEV_XDP_ACT)],
  xdpZcMaxSegs: [4, u32],
  xdpRxMetadataFeatures: [5, flagsOf(u64, NETDEV_XDP_RX_METADATA)],
  xskFeatures: [6, flagsOf(u64, NETDEV_XSK_FLAGS)],
})
export interface NetdevDevAttrs extends Infer<typeof netdevDevAttrs> {}

/** NETDEV_A_PAGE_POOL_*, linux/netdev.h */
export const netdevPagePoolAttrs = attributes('NETDEV_A_PAGE_POOL', {
  id: [1, uint],
  ifindex: [2, u32],
  napiId: [3, uint],
  inflight: [4, uint],
  inflightMem: [5, uint],
  detachTime: [6, uint],
  dmabuf: [7, u32],
  ioUring: [8, netdevIoUringProviderInfoAttrs],
})
export interface NetdevPagePoolAttrs extends Infer<typeof netdevPagePoolAttrs> {}

/** The part of NETDEV_A_PAGE_POOL_* that is nested, linux/netdev.h */
export const netdevPagePoolInfoAttrs = attributes('NETDEV_A_PAGE_POOL', {
  id: [1, uint],
  ifindex: [2, u32],
})
export interface NetdevPagePoolInfoAttrs extends Infer<typeof netdevPagePoolInfoAttrs> {}

/** NETDEV_A_PAGE_POOL_STATS_*, linux/netdev.h */
export const netdevPagePoolStatsAttrs = attributes('NETDEV_A_PAGE_POOL_STATS', {
  info: [1, netdevPagePoolInfoAttrs],
  allocFast: [8, uint],
  allocSlow: [9, uint],
  allocSlowHighOrder: [10, uint],
  allocEmpty: [11, uint],
  allocRefill: [12, uint],
  allocWaive: [13, uint],
  recycleCached: [14, uint],
  recycleCacheFull: [15, uint],
  recycleRing: [16, uint],
  recycleRingFull: [17, uint],
  recycleReleasedRefcnt: [18, uint],
})
export interface NetdevPagePoolStatsAttrs extends Infer<typeof netdevPagePoolStatsAttrs> {}

/** NETDEV_A_NAPI_*, linux/netdev.h */
export const netdevNapiAttrs = attributes('NETDEV_A_NAPI', {
  ifindex: [1, u32],
  id: [2, u32],
  irq: [3, u32],
  pid: [4, u32],
  deferHardIrqs: [5, u32],
  groFlushTimeout: [6, uint],
  irqSuspendTimeout: [7, uint],
  threaded: [8, enumOf(u32, NETDEV_NAPI_THREADED)],
})
export interface NetdevNapiAttrs extends Infer<typeof netdevNapiAttrs> {}

/** NETDEV_A_QUEUE_*, linux/netdev.h */
export const netdevQueueAttrs = attributes('NETDEV_A_QUEUE', {
  id: [1, u32],
  ifindex: [2, u32],
  type: [3, enumOf(u32, NETDEV_QUEUE_TYPE)],
  napiId: [4, u32],
  dmabuf: [5, u32],
  ioUring: [6, netdevIoUringProviderInfoAttrs],
  xsk: [7, netdevXskInfoAttrs],
  lease: [8, netdevLeaseAttrs],
})
export interface NetdevQueueAttrs extends Infer<typeof netdevQueueAttrs> {}

/** NETDEV_A_QSTATS_*, linux/netdev.h */
export const netdevQstatsAttrs = attributes('NETDEV_A_QSTATS', {
  ifindex: [1, u32],
  queueType: [2, enumOf(u32, NETDEV_QUEUE_TYPE)],
  queueId: [3, u32],
  scope: [4, flagsOf(uint, NETDEV_QSTATS_SCOPE)],
  rxPackets: [8, uint],
  rxBytes: [9, uint],
  txPackets: [10, uint],
  txBytes: [11, uint],
  rxAllocFail: [12, uint],
  rxHwDrops: [13, uint],
  rxHwDropOverruns: [14, uint],
  rxCsumComplete: [15, uint],
  rxCsumUnnecessary: [16, uint],
  rxCsumNone: [17, uint],
  rxCsumBad: [18, uint],
  rxHwGroPackets: [19, uint],
  rxHwGroBytes: [20, uint],
  rxHwGroWirePackets: [21, uint],
  rxHwGroWireBytes: [22, uint],
  rxHwDropRatelimits: [23, uint],
  txHwDrops: [24, uint],
  txHwDropErrors: [25, uint],
  txCsumNone: [26, uint],
  txNeedsCsum: [27, uint],
  txHwGsoPackets: [28, uint],
  txHwGsoBytes: [29, uint],
  txHwGsoWirePackets: [30, uint],
  txHwGsoWireBytes: [31, uint],
  txHwDropRatelimits: [32, uint],
  txStop: [33, uint],
  txWake: [34, uint],
})
export interface NetdevQstatsAttrs extends Infer<typeof netdevQstatsAttrs> {}

/** NETDEV_A_DMABUF_*, linux/netdev.h */
export const netdevDmabufAttrs = attributes('NETDEV_A_DMABUF', {
  ifindex: [1, u32],
  queues: [2, multi(netdevQueueIdAttrs)],
  fd: [3, u32],
  id: [4, u32],
})
export interface NetdevDmabufAttrs extends Infer<typeof netdevDmabufAttrs> {}

// Named types: otherwise TypeScript writes each of them out in full in the family's type.
const dev = genericMessage<NetdevDevAttrs>('dev', netdevDevAttrs)
const dmabuf = genericMessage<NetdevDmabufAttrs>('dmabuf', netdevDmabufAttrs)
const napi = genericMessage<NetdevNapiAttrs>('napi', netdevNapiAttrs)
const pagePool = genericMessage<NetdevPagePoolAttrs>('page pool', netdevPagePoolAttrs)
const pagePoolStats = genericMessage<NetdevPagePoolStatsAttrs>('page pool stats', netdevPagePoolStatsAttrs)
const qstats = genericMessage<NetdevQstatsAttrs>('qstats', netdevQstatsAttrs)
const queue = genericMessage<NetdevQueueAttrs>('queue', netdevQueueAttrs)

/** NETDEV_FAMILY_NAME, linux/netdev.h: queues, NAPI instances and page pools of devices */
export const netdev = genericFamily('netdev', {
  version: 1,
  messages: {
    NETDEV_CMD_DEV_GET: gets(1, dev),
    NETDEV_CMD_DEV_ADD_NTF: [2, dev],
    NETDEV_CMD_DEV_DEL_NTF: [3, dev],
    NETDEV_CMD_DEV_CHANGE_NTF: [4, dev],
    NETDEV_CMD_PAGE_POOL_GET: gets(5, pagePool),
    NETDEV_CMD_PAGE_POOL_ADD_NTF: [6, pagePool],
    NETDEV_CMD_PAGE_POOL_DEL_NTF: [7, pagePool],
    NETDEV_CMD_PAGE_POOL_CHANGE_NTF: [8, pagePool],
    NETDEV_CMD_PAGE_POOL_STATS_GET: gets(9, pagePoolStats),
    NETDEV_CMD_QUEUE_GET: gets(10, queue),
    NETDEV_CMD_NAPI_GET: gets(11, napi),
    NETDEV_CMD_QSTATS_GET: gets(12, qstats),
    NETDEV_CMD_BIND_RX: [13, dmabuf],
    NETDEV_CMD_NAPI_SET: [14, napi],
    NETDEV_CMD_BIND_TX: [15, dmabuf],
    NETDEV_CMD_QUEUE_CREATE: [16, queue],
  },
})
