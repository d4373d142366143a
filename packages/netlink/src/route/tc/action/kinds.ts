import { select } from '../../../codec/index.js'
import { named } from '../../../codec/named.js'
import * as conntrack from './conntrack.js'
import * as control from './control.js'
import * as edit from './edit.js'
import * as encapsulate from './encapsulate.js'
import { type TcaMirredAttrs, tcaMirredAttrs } from './mirred.js'
import { type TcaPoliceAttrs, tcaPoliceAttrs } from './police.js'

/** TCA_ACT_OPTIONS by kind. */
export const actionOptions = select('kind', {
  bpf: named<control.TcaActBpfAttrs>(control.tcaActBpfAttrs),
  connmark: named<conntrack.TcaConnmarkAttrs>(conntrack.tcaConnmarkAttrs),
  csum: named<edit.TcaCsumAttrs>(edit.tcaCsumAttrs),
  ct: named<conntrack.TcaCtAttrs>(conntrack.tcaCtAttrs),
  ctinfo: named<conntrack.TcaCtinfoAttrs>(conntrack.tcaCtinfoAttrs),
  gact: named<control.TcaGactAttrs>(control.tcaGactAttrs),
  gate: named<conntrack.TcaGateAttrs>(conntrack.tcaGateAttrs),
  ife: named<encapsulate.TcaIfeAttrs>(encapsulate.tcaIfeAttrs),
  mirred: named<TcaMirredAttrs>(tcaMirredAttrs),
  mpls: named<encapsulate.TcaMplsAttrs>(encapsulate.tcaMplsAttrs),
  nat: named<edit.TcaNatAttrs>(edit.tcaNatAttrs),
  pedit: named<edit.TcaPeditAttrs>(edit.tcaPeditAttrs),
  police: named<TcaPoliceAttrs>(tcaPoliceAttrs),
  sample: named<control.TcaSampleAttrs>(control.tcaSampleAttrs),
  simple: named<control.TcaDefAttrs>(control.tcaDefAttrs),
  skbedit: named<edit.TcaSkbeditAttrs>(edit.tcaSkbeditAttrs),
  skbmod: named<edit.TcaSkbmodAttrs>(edit.tcaSkbmodAttrs),
  tunnel_key: named<encapsulate.TcaTunnelKeyAttrs>(encapsulate.tcaTunnelKeyAttrs),
  vlan: named<encapsulate.TcaVlanAttrs>(encapsulate.tcaVlanAttrs),
})
