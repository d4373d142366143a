import { type Declaration, type Infer, message, struct } from '../codec/index.js'
import { gets, NETLINK, protocol } from '../message/index.js'
import { type RdmaAttrs, rdmaAttrs } from './attributes.js'
import { RDMA_NL, RDMA_NL_GROUP } from './constants.js'

const declared = message('nldev', struct('nldev', {}), rdmaAttrs as Declaration<RdmaAttrs> as typeof rdmaAttrs)
export interface RdmaMessage extends Infer<typeof declared> {}

/** RDMA_NLDEV_CMD_*, rdma/rdma_netlink.h. Messages have attributes only. */
export const rdmaMessage: Declaration<RdmaMessage> = declared

/** RDMA_NL_GET_TYPE() */
const of = (command: number) => (RDMA_NL.NLDEV << 10) | command

/** NETLINK_RDMA: devices, ports, resources and counters of InfiniBand, RoCE and iWARP. rdma/rdma_netlink.h */
export const rdma = protocol(
  'NETLINK_RDMA',
  NETLINK.RDMA,
  {
    RDMA_NLDEV_CMD_GET: gets(of(1), rdmaMessage),
    RDMA_NLDEV_CMD_SET: [of(2), rdmaMessage],
    RDMA_NLDEV_CMD_NEWLINK: [of(3), rdmaMessage],
    RDMA_NLDEV_CMD_DELLINK: [of(4), rdmaMessage],
    RDMA_NLDEV_CMD_PORT_GET: gets(of(5), rdmaMessage),
    RDMA_NLDEV_CMD_SYS_GET: gets(of(6), rdmaMessage),
    RDMA_NLDEV_CMD_SYS_SET: [of(7), rdmaMessage],
    RDMA_NLDEV_CMD_RES_GET: gets(of(9), rdmaMessage),
    RDMA_NLDEV_CMD_RES_QP_GET: gets(of(10), rdmaMessage),
    RDMA_NLDEV_CMD_RES_CM_ID_GET: gets(of(11), rdmaMessage),
    RDMA_NLDEV_CMD_RES_CQ_GET: gets(of(12), rdmaMessage),
    RDMA_NLDEV_CMD_RES_MR_GET: gets(of(13), rdmaMessage),
    RDMA_NLDEV_CMD_RES_PD_GET: gets(of(14), rdmaMessage),
    RDMA_NLDEV_CMD_GET_CHARDEV: gets(of(15), rdmaMessage),
    RDMA_NLDEV_CMD_STAT_SET: [of(16), rdmaMessage],
    RDMA_NLDEV_CMD_STAT_GET: gets(of(17), rdmaMessage),
    RDMA_NLDEV_CMD_STAT_DEL: [of(18), rdmaMessage],
    RDMA_NLDEV_CMD_RES_QP_GET_RAW: gets(of(19), rdmaMessage),
    RDMA_NLDEV_CMD_RES_CQ_GET_RAW: gets(of(20), rdmaMessage),
    RDMA_NLDEV_CMD_RES_MR_GET_RAW: gets(of(21), rdmaMessage),
    RDMA_NLDEV_CMD_RES_CTX_GET: gets(of(22), rdmaMessage),
    RDMA_NLDEV_CMD_RES_SRQ_GET: gets(of(23), rdmaMessage),
    RDMA_NLDEV_CMD_STAT_GET_STATUS: gets(of(24), rdmaMessage),
    RDMA_NLDEV_CMD_RES_SRQ_GET_RAW: gets(of(25), rdmaMessage),
    RDMA_NLDEV_CMD_NEWDEV: [of(26), rdmaMessage],
    RDMA_NLDEV_CMD_DELDEV: [of(27), rdmaMessage],
    RDMA_NLDEV_CMD_MONITOR: [of(28), rdmaMessage],
    RDMA_NLDEV_CMD_FRMR_POOLS_GET: gets(of(29), rdmaMessage),
    RDMA_NLDEV_CMD_FRMR_POOLS_SET: [of(30), rdmaMessage],
  },
  { groups: RDMA_NL_GROUP.values },
)

export * from './attributes.js'
export * from './constants.js'
