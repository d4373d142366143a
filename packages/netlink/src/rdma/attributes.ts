import {
  attributes,
  bytes,
  type Declaration,
  enumOf,
  flagsOf,
  hexadecimal,
  type Infer,
  i32,
  i64,
  multi,
  sequence,
  sockaddrStorage,
  string,
  u8,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import {
  IB_MIG,
  IB_POLL,
  IB_PORT,
  IB_PORT_PHYS_STATE,
  IB_QPT,
  RDMA_COUNTER_MASK,
  RDMA_COUNTER_MODE,
  RDMA_DEVICE_TYPE,
  RDMA_EVENT,
  RDMA_NAME_ASSIGN_TYPE,
  RDMA_NETNS_MODE,
  RDMA_NLDEV_PRINT_TYPE,
  RDMA_NODE,
  RDMA_PS,
} from './constants.js'

// All attributes of NLDEV have numbers in one enum. Each nest declares those that it contains.

const hex64 = writtenAs(u64, hexadecimal)
const hex32 = writtenAs(u32, hexadecimal)

/** RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_*, rdma/rdma_netlink.h */
export const rdmaSummaryEntryAttrs = attributes('RDMA_NLDEV_ATTR', {
  resSummaryEntryName: [17, string], // of a kind of resources: `qp`
  resSummaryEntryCurr: [18, u64], // number of them
})

/** RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY, rdma/rdma_netlink.h */
export const rdmaSummaryAttrs = attributes('RDMA_NLDEV_ATTR', {
  resSummaryEntry: [16, multi(rdmaSummaryEntryAttrs)],
})

/** RDMA_NLDEV_ATTR_DRIVER_*, rdma/rdma_netlink.h: the steps of {@link rdmaDriver} */
export const rdmaDriverAttrs = attributes('RDMA_NLDEV_ATTR', {
  driverString: [54, string], // a name, or the value after a name
  driverPrintType: [55, enumOf(u8, RDMA_NLDEV_PRINT_TYPE)],
  driverS32: [56, i32],
  driverU32: [57, u32],
  driverS64: [58, i64],
  driverU64: [59, u64],
})
export type RdmaDriverItem = Infer<typeof rdmaDriverAttrs>

/** RDMA_NLDEV_ATTR_DRIVER: values of the driver, each after its name */
export const rdmaDriver: Declaration<RdmaDriverItem[]> = sequence(rdmaDriverAttrs)

/** RDMA_NLDEV_ATTR_STAT_HWCOUNTER_ENTRY_*, rdma/rdma_netlink.h */
export const rdmaHwcounterAttrs = attributes('RDMA_NLDEV_ATTR', {
  statHwcounterEntryName: [82, string],
  statHwcounterEntryValue: [83, u64],
  statHwcounterIndex: [94, u32],
  statHwcounterDynamic: [95, u8], // 1 if it is counted, 0 if it is not; absent if it always is
})

/** RDMA_NLDEV_ATTR_STAT_HWCOUNTERS, rdma/rdma_netlink.h */
export const rdmaHwcountersAttrs = attributes('RDMA_NLDEV_ATTR', {
  statHwcounterEntry: [81, multi(rdmaHwcounterAttrs)],
  statHwcounterIndex: [94, multi(u32)], // of those to count, in RDMA_NLDEV_CMD_STAT_SET
})

/** Rows of a resource, which a message about one resource has at its top level. */
const resource = {
  portIndex: [3, u32], // from 1; in RDMA_NLDEV_CMD_GET the number of ports
  resLqpn: [21, u32], // number of the local queue pair
  resRqpn: [22, u32], // number of the remote queue pair
  resRqPsn: [23, u32], // packet sequence number of the receive queue
  resSqPsn: [24, u32], // packet sequence number of the send queue
  resPathMigState: [25, enumOf(u8, IB_MIG)],
  resType: [26, enumOf(u8, IB_QPT)],
  resState: [27, u8], // IB_QPS_* of a queue pair, RDMA_CM_* of a connection id
  resPid: [28, u32], // of the process that created it
  resKernName: [29, string], // of the module of the kernel that created it
  resPs: [32, enumOf(u32, RDMA_PS)],
  resSrcAddr: [33, sockaddrStorage],
  resDstAddr: [34, sockaddrStorage],
  resCqe: [37, u32], // number of entries of a completion queue
  resUsecnt: [38, u64],
  resPollCtx: [39, enumOf(u8, IB_POLL)],
  resRkey: [42, hex32],
  resLkey: [43, hex32],
  resIova: [44, hex64],
  resMrlen: [45, u64], // bytes
  resLocalDmaLkey: [48, hex32],
  resUnsafeGlobalRkey: [49, hex32],
  driver: [52, rdmaDriver],
  resPdn: [60, u32],
  resCqn: [61, u32],
  resMrn: [62, u32],
  resCmIdn: [63, u32],
  resCtxn: [64, u32],
  statCounterId: [79, u32],
  statHwcounters: [80, rdmaHwcountersAttrs],
  devDim: [84, u8], // 1 if the driver adapts the moderation of interrupts
  resRaw: [85, bytes],
  resSrqn: [90, u32],
  minRange: [91, u32],
  maxRange: [92, u32],
  resSubtype: [98, string],
} as const

/** RDMA_NLDEV_ATTR_RES_SRQ_ENTRY and RDMA_NLDEV_ATTR_STAT_COUNTER_ENTRY contain ranges and numbers of queue pairs. */
const queuePairs = attributes('RDMA_NLDEV_ATTR', {
  resLqpn: [21, u32],
  minRange: [91, u32],
  maxRange: [92, u32],
})

/** RDMA_NLDEV_ATTR_RES_QP: the queue pairs of a shared receive queue or of a counter */
export const rdmaQueuePairsAttrs = attributes('RDMA_NLDEV_ATTR', { resQpEntry: [20, multi(queuePairs)] })

/** RDMA_NLDEV_ATTR_RES_*_ENTRY, rdma/rdma_netlink.h: a resource */
export const rdmaResourceAttrs = attributes('RDMA_NLDEV_ATTR', {
  ...resource,
  resQp: [19, rdmaQueuePairsAttrs],
  statMode: [74, enumOf(u32, RDMA_COUNTER_MODE)],
  statAutoModeMask: [76, flagsOf(u32, RDMA_COUNTER_MASK)],
})
export interface RdmaResourceAttrs extends Infer<typeof rdmaResourceAttrs> {}

const entry: Declaration<RdmaResourceAttrs> = rdmaResourceAttrs

/** RDMA_NLDEV_ATTR_RES_QP, rdma/rdma_netlink.h: queue pairs, or ranges of their numbers */
export const rdmaQpAttrs = attributes('RDMA_NLDEV_ATTR', { resQpEntry: [20, multi(entry)] })
/** RDMA_NLDEV_ATTR_RES_CM_ID, rdma/rdma_netlink.h */
export const rdmaCmIdAttrs = attributes('RDMA_NLDEV_ATTR', { resCmIdEntry: [31, multi(entry)] })
/** RDMA_NLDEV_ATTR_RES_CQ, rdma/rdma_netlink.h */
export const rdmaCqAttrs = attributes('RDMA_NLDEV_ATTR', { resCqEntry: [36, multi(entry)] })
/** RDMA_NLDEV_ATTR_RES_MR, rdma/rdma_netlink.h */
export const rdmaMrAttrs = attributes('RDMA_NLDEV_ATTR', { resMrEntry: [41, multi(entry)] })
/** RDMA_NLDEV_ATTR_RES_PD, rdma/rdma_netlink.h */
export const rdmaPdAttrs = attributes('RDMA_NLDEV_ATTR', { resPdEntry: [47, multi(entry)] })
/** RDMA_NLDEV_ATTR_RES_CTX, rdma/rdma_netlink.h */
export const rdmaCtxAttrs = attributes('RDMA_NLDEV_ATTR', { resCtxEntry: [87, multi(entry)] })
/** RDMA_NLDEV_ATTR_RES_SRQ, rdma/rdma_netlink.h */
export const rdmaSrqAttrs = attributes('RDMA_NLDEV_ATTR', { resSrqEntry: [89, multi(entry)] })
/** RDMA_NLDEV_ATTR_STAT_COUNTER, rdma/rdma_netlink.h */
export const rdmaCounterAttrs = attributes('RDMA_NLDEV_ATTR', { statCounterEntry: [78, multi(entry)] })

/** RDMA_NLDEV_ATTR_FRMR_POOL_KEY_*, rdma/rdma_netlink.h: properties of the memory regions of a pool */
export const rdmaFrmrPoolKeyAttrs = attributes('RDMA_NLDEV_ATTR', {
  frmrPoolKeyAts: [108, u8],
  frmrPoolKeyAccessFlags: [109, hex32],
  frmrPoolKeyVendorKey: [110, hex64],
  frmrPoolKeyNumDmaBlocks: [111, u64],
  frmrPoolKeyKernelVendorKey: [117, hex64],
})

/** RDMA_NLDEV_ATTR_FRMR_POOL_ENTRY, rdma/rdma_netlink.h */
export const rdmaFrmrPoolAttrs = attributes('RDMA_NLDEV_ATTR', {
  frmrPoolKey: [107, rdmaFrmrPoolKeyAttrs],
  frmrPoolQueueHandles: [112, u32],
  frmrPoolMaxInUse: [113, u64],
  frmrPoolInUse: [114, u64],
  frmrPoolPinnedHandles: [116, u32],
})

/** RDMA_NLDEV_ATTR_FRMR_POOLS, rdma/rdma_netlink.h */
export const rdmaFrmrPoolsAttrs = attributes('RDMA_NLDEV_ATTR', { frmrPoolEntry: [106, multi(rdmaFrmrPoolAttrs)] })

/** RDMA_NLDEV_ATTR_*, rdma/rdma_netlink.h */
export const rdmaAttrs = attributes('RDMA_NLDEV_ATTR', {
  ...resource,
  pad: [0, bytes],
  devIndex: [1, u32],
  devName: [2, string],
  capFlags: [4, hex64], // IB_UVERBS_DEVICE_* of a device, IB_UVERBS_PCF_* of a port
  fwVersion: [5, string],
  nodeGuid: [6, hex64],
  sysImageGuid: [7, hex64],
  subnetPrefix: [8, hex64],
  lid: [9, u32],
  smLid: [10, u32],
  lmc: [11, u8],
  portState: [12, enumOf(u8, IB_PORT)],
  portPhysState: [13, enumOf(u8, IB_PORT_PHYS_STATE)],
  devNodeType: [14, enumOf(u8, RDMA_NODE)],
  resSummary: [15, rdmaSummaryAttrs],
  resQp: [19, rdmaQpAttrs],
  resCmId: [30, rdmaCmIdAttrs],
  resCq: [35, rdmaCqAttrs],
  resMr: [40, rdmaMrAttrs],
  resPd: [46, rdmaPdAttrs],
  ndevIndex: [50, u32], // ifindex
  ndevName: [51, string],
  driverEntry: [53, bytes], // no longer sent
  linkType: [65, string], // the driver: rxe, siw
  netnsMode: [66, enumOf(u8, RDMA_NETNS_MODE), 'RDMA_NLDEV_SYS_ATTR_NETNS_MODE'],
  devProtocol: [67, string],
  netNsFd: [68, u32, 'RDMA_NLDEV_NET_NS_FD'],
  chardevType: [69, string],
  chardevName: [70, string],
  chardevAbi: [71, u64],
  chardev: [72, u64], // dev_t
  uverbsDriverId: [73, u32],
  statMode: [74, enumOf(u32, RDMA_COUNTER_MODE)],
  statRes: [75, u32], // number of the attribute of the resource: 19 is RDMA_NLDEV_ATTR_RES_QP
  statAutoModeMask: [76, flagsOf(u32, RDMA_COUNTER_MASK)],
  statCounter: [77, rdmaCounterAttrs],
  resCtx: [86, rdmaCtxAttrs],
  resSrq: [88, rdmaSrqAttrs],
  copyOnFork: [93, u8, 'RDMA_NLDEV_SYS_ATTR_COPY_ON_FORK'],
  privilegedQkeyMode: [96, u8, 'RDMA_NLDEV_SYS_ATTR_PRIVILEGED_QKEY_MODE'],
  driverDetails: [97, u8], // 1 to include the values of the driver
  devType: [99, enumOf(u8, RDMA_DEVICE_TYPE)],
  parentName: [100, string],
  nameAssignType: [101, enumOf(u8, RDMA_NAME_ASSIGN_TYPE)],
  eventType: [102, enumOf(u8, RDMA_EVENT)],
  monitorMode: [103, u8, 'RDMA_NLDEV_SYS_ATTR_MONITOR_MODE'],
  statOpcounterEnabled: [104, u8],
  frmrPools: [105, rdmaFrmrPoolsAttrs],
  frmrPoolsAgingPeriod: [115, u32], // seconds
})
export interface RdmaAttrs extends Infer<typeof rdmaAttrs> {}
