import * as rdma from '../../../packages/netlink/dist/rdma/index.js'
import type { HeaderFamily } from '../../support/header-family.js'

const kernelInternal = 'defined by a header of the kernel that is not for user space'

export const headers: HeaderFamily = {
  name: 'RDMA',
  headers: ['rdma/rdma_netlink.h'],
  also: ['rdma/rdma_user_cm.h'],
  declarations: [rdma],
  structs: [],
  except: {
    ...Object.fromEntries(
      ['RDMA_NL_IWPM_*', 'IWPM_*', 'RDMA_NL_LS_*', 'LS_*', 'struct rdma_ls_*', 'struct rdma_nla_ls_gid'].map((name) => [
        name,
        'requests of the kernel to its daemons for ports and paths (iwpmd, ibacm)',
      ]),
    ),
    RDMA_NLA_F_MANDATORY: 'a flag of the attributes for these daemons',
    RDMA_NLA_TYPE_MASK: 'the same',
  },
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
  ],
}
