import { named } from '../../codec/named.js'
import * as kinds from './index.js'

/** IFLA_INFO_DATA by kind, without the kinds whose data contains a link message */
export const dataCases = {
  amt: named<kinds.AmtAttrs>(kinds.amtAttrs),
  bareudp: named<kinds.BareudpAttrs>(kinds.bareudpAttrs),
  batadv: named<kinds.BatadvAttrs>(kinds.batadvAttrs),
  bond: named<kinds.BondAttrs>(kinds.bondAttrs),
  bridge: named<kinds.BridgeAttrs>(kinds.bridgeAttrs),
  can: named<kinds.CanAttrs>(kinds.canAttrs),
  dsa: named<kinds.DsaAttrs>(kinds.dsaAttrs),
  erspan: named<kinds.GreAttrs>(kinds.greAttrs),
  geneve: named<kinds.GeneveAttrs>(kinds.geneveAttrs),
  gre: named<kinds.GreAttrs>(kinds.greAttrs),
  gretap: named<kinds.GreAttrs>(kinds.greAttrs),
  gtp: named<kinds.GtpAttrs>(kinds.gtpAttrs),
  hsr: named<kinds.HsrAttrs>(kinds.hsrAttrs),
  ip6erspan: named<kinds.GreAttrs>(kinds.greAttrs),
  ip6gre: named<kinds.GreAttrs>(kinds.greAttrs),
  ip6gretap: named<kinds.GreAttrs>(kinds.greAttrs),
  ip6tnl: named<kinds.Ip6tnlAttrs>(kinds.ip6tnlAttrs),
  ipip: named<kinds.IptunAttrs>(kinds.iptunAttrs),
  ipoib: named<kinds.IpoibAttrs>(kinds.ipoibAttrs),
  ipvlan: named<kinds.IpvlanAttrs>(kinds.ipvlanAttrs),
  ipvtap: named<kinds.IpvlanAttrs>(kinds.ipvlanAttrs),
  macsec: named<kinds.MacsecAttrs>(kinds.macsecAttrs),
  macvlan: named<kinds.MacvlanAttrs>(kinds.macvlanAttrs),
  macvtap: named<kinds.MacvlanAttrs>(kinds.macvlanAttrs),
  ovpn: named<kinds.OvpnAttrs>(kinds.ovpnAttrs),
  ppp: named<kinds.PppAttrs>(kinds.pppAttrs),
  rmnet: named<kinds.RmnetAttrs>(kinds.rmnetAttrs),
  sit: named<kinds.IptunAttrs>(kinds.iptunAttrs),
  tun: named<kinds.TunAttrs>(kinds.tunAttrs),
  vlan: named<kinds.VlanAttrs>(kinds.vlanAttrs),
  vrf: named<kinds.VrfAttrs>(kinds.vrfAttrs),
  vti: named<kinds.VtiAttrs>(kinds.vtiAttrs),
  vti6: named<kinds.VtiAttrs>(kinds.vtiAttrs),
  vxlan: named<kinds.VxlanAttrs>(kinds.vxlanAttrs),
  wwan: named<kinds.WwanAttrs>(kinds.wwanAttrs),
  xfrm: named<kinds.XfrmAttrs>(kinds.xfrmAttrs),
}

/** IFLA_INFO_SLAVE_DATA by the kind of the master */
export const slaveCases = {
  bond: named<kinds.BondSlaveAttrs>(kinds.bondSlaveAttrs),
  bridge: named<kinds.BrportAttrs>(kinds.brportAttrs),
  vrf: named<kinds.VrfPortAttrs>(kinds.vrfPortAttrs),
}

/** The kinds of masters as iproute2 sends them. */
export const slaveKindCases = {
  bond_slave: slaveCases.bond,
  bridge_slave: slaveCases.bridge,
  vrf_slave: slaveCases.vrf,
}

/** IFLA_INFO_XSTATS by kind */
export const xstatsCases = { can: kinds.canDeviceStats }
