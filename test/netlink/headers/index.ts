import type { HeaderFamily } from '../../support/header-family.js'
import { headers as connector } from './connector.js'
import { headers as conntrack } from './conntrack.js'
import { headers as control } from './control.js'
import { headers as devlink } from './devlink.js'
import { headers as diag } from './diag.js'
import { headers as ethtool } from './ethtool.js'
import { headers as genericMeshes } from './generic-meshes.js'
import { headers as genericOthers } from './generic-others.js'
import { headers as ipset } from './ipset.js'
import { headers as message } from './message.js'
import { headers as mptcp } from './mptcp.js'
import { headers as nfnetlink } from './nfnetlink.js'
import { headers as nftables } from './nftables.js'
import { headers as nl80211 } from './nl80211.js'
import { headers as openvswitch } from './openvswitch.js'
import { headers as rdma } from './rdma.js'
import { headers as route } from './route.js'
import { headers as tc } from './tc.js'
import { headers as uevent } from './uevent.js'
import { headers as wireguard } from './wireguard.js'
import { headers as xfrm } from './xfrm.js'

/** Every family that is compared with the kernel headers, in the order of docs/coverage.md. */
export const families: readonly HeaderFamily[] = [
  message,
  route,
  tc,
  control,
  ethtool,
  devlink,
  wireguard,
  mptcp,
  nl80211,
  genericMeshes,
  genericOthers,
  openvswitch,
  nfnetlink,
  conntrack,
  nftables,
  ipset,
  diag,
  xfrm,
  uevent,
  rdma,
  connector,
]
