import * as codec from '../../../packages/netlink/dist/codec/family.js'
import * as constants from '../../../packages/netlink/dist/constants/index.js'
import * as message from '../../../packages/netlink/dist/message/index.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'netlink',
  headers: ['linux/netlink.h'],
  also: [
    'sys/socket.h',
    'time.h',
    'linux/if_ether.h',
    'linux/if_macsec.h',
    'linux/if_packet.h',
    'linux/in.h',
    'linux/in6.h',
  ],
  declarations: [message, codec, constants],
  structs: [[message.nlmsghdr, 'nlmsg_']],
  basics: [constants.PACKET],
  except: {
    ETH_P_802_3_MIN: 'a limit',
    IPPROTO_HOPOPTS: 'the same number as IPPROTO_IP',
    'NLA_F_*': 'of the codec',
    NLA_TYPE_MASK: 'of the codec',
    NET_MAJOR: 'a device number',
    NETLINK_ADD_MEMBERSHIP: 'an option of setsockopt(2)',
    NETLINK_DROP_MEMBERSHIP: 'an option of setsockopt(2)',
    NETLINK_PKTINFO: 'an option of setsockopt(2)',
    NETLINK_BROADCAST_ERROR: 'an option of setsockopt(2)',
    NETLINK_NO_ENOBUFS: 'an option of setsockopt(2)',
    NETLINK_LISTEN_ALL_NSID: 'an option of setsockopt(2)',
    NETLINK_LIST_MEMBERSHIPS: 'an option of setsockopt(2)',
    NETLINK_CAP_ACK: 'an option of setsockopt(2)',
    NETLINK_EXT_ACK: 'an option of setsockopt(2)',
    NETLINK_GET_STRICT_CHK: 'an option of setsockopt(2)',
    NETLINK_RX_RING: 'memory-mapped netlink, removed in Linux 4.6',
    NETLINK_TX_RING: 'memory-mapped netlink, removed in Linux 4.6',
    NLM_F_DUMP: 'NLM_F_ROOT and NLM_F_MATCH together',
    NLMSG_ALIGNTO: 'a size',
    NLMSG_HDRLEN: 'a size',
    NLMSG_MIN_TYPE: 'first message type of a protocol',
    'struct nl_mmap_hdr': 'memory-mapped netlink, removed in Linux 4.6',
    'struct nl_mmap_req': 'memory-mapped netlink, removed in Linux 4.6',
    NL_MMAP_STATUS_RESERVED: 'memory-mapped netlink, removed in Linux 4.6',
  },
}
