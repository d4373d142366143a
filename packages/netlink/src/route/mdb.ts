import {
  AF,
  attributes,
  centiseconds,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  ipAddress,
  message,
  multi,
  pad,
  struct,
  u8,
  u16,
  u32,
  writtenAs,
} from '../codec/index.js'
import { mdbAddress } from './mdb-address.js'
import { RTPROT } from './route-constants.js'
import { mdbRouterAttrs } from './shared/mdb-router.js'

/** MCAST_EXCLUDE and MCAST_INCLUDE, linux/in.h: filter mode of a group. */
export const MCAST = constants('MCAST', { EXCLUDE: 0, INCLUDE: 1 })

/** MDB_FLAGS_*, linux/if_bridge.h */
export const MDB_FLAGS = constants('MDB_FLAGS', {
  OFFLOAD: 0x01,
  FAST_LEAVE: 0x02,
  STAR_EXCL: 0x04,
  BLOCKED: 0x08,
  OFFLOAD_FAILED: 0x10,
})

/** `struct br_port_msg`, linux/if_bridge.h */
export const brPortMsg = struct('br_port_msg', {
  family: enumOf(u8, AF), // AF_BRIDGE
  _pad: pad(3),
  ifindex: u32, // ifindex of the bridge or vxlan
})

/** MDB_*, linux/if_bridge.h: state of an entry */
export const MDB = constants('MDB', { TEMPORARY: 0, PERMANENT: 1 })

/** `struct br_mdb_entry`, linux/if_bridge.h */
export const brMdbEntry = struct('br_mdb_entry', {
  ifindex: u32, // ifindex of the port
  state: enumOf(u8, MDB),
  flags: flagsOf(u8, MDB_FLAGS),
  vid: u16,
  addr: mdbAddress,
})

/** MDBA_MDB_SRCATTR_*, linux/if_bridge.h */
export const mdbSrcattrAttrs = attributes('MDBA_MDB_SRCATTR', {
  address: [1, ipAddress],
  timer: [2, writtenAs(u32, centiseconds)], // remaining time in hundredths of a second
})

/** MDBA_MDB_SRCLIST_*, linux/if_bridge.h */
export const mdbSrclistAttrs = attributes('MDBA_MDB_SRCLIST', { entry: [1, multi(mdbSrcattrAttrs)] })

/** MDBA_MDB_EATTR_*, linux/if_bridge.h. `dst` and later attributes exist for vxlan only. */
export const mdbEattrAttrs = attributes('MDBA_MDB_EATTR', {
  timer: [1, writtenAs(u32, centiseconds)], // remaining time in hundredths of a second
  srcList: [2, mdbSrclistAttrs],
  groupMode: [3, enumOf(u8, MCAST)],
  source: [4, ipAddress],
  rtprot: [5, enumOf(u8, RTPROT)],
  dst: [6, ipAddress],
  dstPort: [7, u16], // UDP port
  vni: [8, u32],
  ifindex: [9, u32],
  srcVni: [10, u32],
})

/** MDBA_MDB_ENTRY_*, linux/if_bridge.h: the ports of one group, each a `struct br_mdb_entry` with attributes */
export const mdbEntryAttrs = attributes('MDBA_MDB_ENTRY', {
  info: [1, multi(message('br_mdb_entry', brMdbEntry, mdbEattrAttrs))],
})

/** MDBA_MDB_*, linux/if_bridge.h */
export const mdbMdbAttrs = attributes('MDBA_MDB', { entry: [1, multi(mdbEntryAttrs)] })

/** MDBA_*, linux/if_bridge.h */
export const mdbAttrs = attributes('MDBA', {
  mdb: [1, mdbMdbAttrs],
  router: [2, mdbRouterAttrs],
})

/** MDBE_SRCATTR_*, linux/if_bridge.h */
export const mdbeSrcattrAttrs = attributes('MDBE_SRCATTR', { address: [1, ipAddress] })

/** MDBE_SRC_LIST_*, linux/if_bridge.h */
export const mdbeSrcListAttrs = attributes('MDBE_SRC_LIST', { entry: [1, multi(mdbeSrcattrAttrs)] })

/** MDBE_ATTR_*, linux/if_bridge.h. `dst` to `srcVni` are for vxlan only. */
export const mdbeAttrs = attributes('MDBE_ATTR', {
  source: [1, ipAddress],
  srcList: [2, mdbeSrcListAttrs],
  groupMode: [3, enumOf(u8, MCAST)],
  rtprot: [4, enumOf(u8, RTPROT)],
  dst: [5, ipAddress],
  dstPort: [6, u16], // UDP port
  vni: [7, u32],
  ifindex: [8, u32],
  srcVni: [9, u32],
  stateMask: [10, u8], // in bulk deletions, mask of the state to match
})

/** MDBA_SET_ENTRY and MDBA_SET_ENTRY_ATTRS, linux/if_bridge.h */
export const mdbSetAttrs = attributes('MDBA', {
  setEntry: [1, brMdbEntry],
  setEntryAttrs: [2, mdbeAttrs],
})

/** MDBA_GET_ENTRY and MDBA_GET_ENTRY_ATTRS, linux/if_bridge.h */
export const mdbGetAttrs = attributes('MDBA', {
  getEntry: [1, brMdbEntry],
  getEntryAttrs: [2, mdbeAttrs],
})

/** RTM_NEWMDB and RTM_DELMDB, from the kernel */
export const mdbMessage = message('mdb', brPortMsg, mdbAttrs)
export interface MdbMessage extends Infer<typeof mdbMessage> {}

/** RTM_NEWMDB and RTM_DELMDB requests */
export const mdbSetRequest = message('mdb request', brPortMsg, mdbSetAttrs)
export interface MdbSetRequest extends Infer<typeof mdbSetRequest> {}

/** RTM_GETMDB requests */
export const mdbGetRequest = message('mdb request', brPortMsg, mdbGetAttrs)
export interface MdbGetRequest extends Infer<typeof mdbGetRequest> {}
