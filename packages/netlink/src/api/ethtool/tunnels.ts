import { ETHTOOL_UDP_TUNNEL_TYPE, type EthtoolTunnelUdpAttrs } from '../../generic/ethtool/index.js'
import { named } from '../values/names.js'
import { decodeBits } from './bits.js'
import type { Members } from './members.js'
import type { EthtoolTunnels } from './types.js'

export const tunnels: Members<EthtoolTunnels> = {
  tables: {
    ...{ attribute: 'udpPorts', isAlways: true },
    decode: (value) =>
      ((value as EthtoolTunnelUdpAttrs | undefined)?.table ?? []).map(({ size = 0, types, entry = [] }) => ({
        ...{ size, types: decodeBits(types).set },
        ports: entry.map(({ port = 0, type = 0 }) => ({ port, type: named(ETHTOOL_UDP_TUNNEL_TYPE, type) })),
      })),
  },
}
