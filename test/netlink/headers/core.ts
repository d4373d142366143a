import * as codec from '../../../packages/netlink/dist/codec/family.js'
import * as core from '../../../packages/netlink/dist/core/index.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'netlink',
  headers: ['linux/netlink.h'],
  also: ['sys/socket.h'],
  declarations: [core, codec],
  structs: [[core.nlmsghdr, 'nlmsg_']],
  except: {
    NLM_F_DUMP: 'NLM_F_ROOT and NLM_F_MATCH together',
    NLMSG_ALIGNTO: 'a size',
    NLMSG_HDRLEN: 'a size',
    NLMSG_MIN_TYPE: 'where the types of a protocol begin',
    'struct nl_mmap_hdr': 'of the memory-mapped netlink that Linux 4.6 took away',
    'struct nl_mmap_req': 'of the memory-mapped netlink that Linux 4.6 took away',
    NL_MMAP_STATUS_RESERVED: 'of the memory-mapped netlink that Linux 4.6 took away',
  },
}
