import * as rdma from '../../../packages/netlink/dist/rdma/index.js'
import type { HeaderFamily } from '../../support/header-family.js'

const kernelInternal = 'defined by a header of the kernel that is not for user space'

export const headers: HeaderFamily = {
  name: 'RDMA',
  headers: ['rdma/rdma_netlink.h'],
  also: ['rdma/rdma_user_cm.h'],
  declarations: [rdma],
  structs: [],
  messageNumber: (name) => `RDMA_NL_GET_TYPE(RDMA_NL_NLDEV, ${name})`,
  unnamed: [
    [rdma.RDMA_NETNS_MODE, kernelInternal],
    [rdma.IB_PORT, kernelInternal],
    [rdma.IB_PORT_PHYS_STATE, kernelInternal],
    [rdma.IB_QPT, kernelInternal],
    [rdma.IB_QPS, kernelInternal],
    [rdma.IB_MIG, kernelInternal],
    [rdma.IB_POLL, kernelInternal],
    [rdma.RDMA_CM, kernelInternal],
    [rdma.RDMA_EVENT, 'the names end in _EVENT'],
  ],
  numbers: Object.fromEntries(
    Object.entries(rdma.RDMA_EVENT.values).map(([name, number]) => [`RDMA_${name}_EVENT`, number]),
  ),
}
