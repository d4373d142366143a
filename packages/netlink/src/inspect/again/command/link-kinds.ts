import { bond, bondSlave } from './link-bond.js'
import { bridge, bridgeSlave } from './link-bridge.js'
import { macsec } from './link-macsec.js'
import { geneve, vxlan } from './link-overlays.js'
import { tunnelKinds } from './link-tunnels.js'
import { ipvlan, macvlan, vlan } from './link-vlans.js'
import { alone, hex, link, type Options, option } from './words.js'

/** Options after `type KIND` of `ip link`, by the attribute of IFLA_INFO_DATA. The order is that of iproute2's help. */

const hsr: Options = {
  slave1: link('slave1'),
  slave2: link('slave2'),
  interlink: link('interlink'),
  multicastSpec: option('supervision'),
  version: option('version'),
  protocol: option('proto'),
}

const bareudp: Options = {
  port: option('dstport'),
  ethertype: hex('ethertype'),
  srcportMin: option('srcportmin'),
  multiprotoMode: alone('multiproto'),
}
const xfrm: Options = { link: link('dev'), ifId: hex('if_id'), collectMetadata: alone('external') }

/** Options of the kinds that `ip link add` knows. Kinds without data have none. */
export const linkKinds: Readonly<Record<string, Options>> = {
  ...{
    bond,
    bridge,
    vlan,
    macvlan,
    macvtap: macvlan,
    ipvlan,
    ipvtap: ipvlan,
    vxlan,
    geneve,
    hsr,
    macsec,
    bareudp,
    xfrm,
  },
  ...{ vrf: { table: option('table') }, dummy: {}, ifb: {}, nlmon: {}, vcan: {}, wireguard: {}, veth: {}, vxcan: {} },
  ...{ team: {}, batadv: {}, netdevsim: {}, tun: {} },
  ...tunnelKinds,
}

/** Options after `type KIND_slave`, by the kind of the master. */
export const slaveKinds: Readonly<Record<string, Options>> = {
  bridge: bridgeSlave,
  bond: bondSlave,
}
