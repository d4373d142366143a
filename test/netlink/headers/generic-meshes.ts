import * as batadv from '../../../packages/netlink/dist/generic/batadv.js'
import * as handshake from '../../../packages/netlink/dist/generic/handshake.js'
import * as hsr from '../../../packages/netlink/dist/generic/hsr.js'
import * as ipvs from '../../../packages/netlink/dist/generic/ipvs.js'
import * as nl802154 from '../../../packages/netlink/dist/generic/nl802154.js'
import * as psp from '../../../packages/netlink/dist/generic/psp.js'
import * as smc from '../../../packages/netlink/dist/generic/smc.js'
import * as taskstats from '../../../packages/netlink/dist/generic/taskstats.js'
import * as tipc from '../../../packages/netlink/dist/generic/tipc.js'
import * as vdpa from '../../../packages/netlink/dist/generic/vdpa.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'further generic families',
  headers: [
    'linux/handshake.h',
    'linux/hsr_netlink.h',
    'linux/psp.h',
    'linux/smc.h',
    'linux/taskstats.h',
    'linux/batman_adv.h',
    'linux/ip_vs.h',
    'linux/tipc_netlink.h',
    'linux/vdpa.h',
  ],
  also: ['linux/virtio_config.h', 'linux/virtio_ids.h', 'linux/virtio_net.h'],
  declarations: [handshake, hsr, psp, smc, taskstats, batadv, ipvs, nl802154, tipc, vdpa],
  structs: [
    [ipvs.ipVsFlags, ''],
    [taskstats.taskstatsStruct, ''],
  ],
  unnamed: [
    ...Object.values(nl802154).map((each) => [each, 'net/nl802154.h is for the kernel only'] as const),
    ...[tipc.TIPC_SERVICE, tipc.TIPC_SCOPE].map((each) => [each, 'in linux/tipc.h, which is about sockets'] as const),
  ],
  except: {
    SMC_LIMIT_HS: 'kernel setting',
    IP_VS_VERSION_CODE: 'a version',
    IP_VS_BASE_CTL: 'an option of setsockopt(2)',
    'IP_VS_SO_*': 'an option of setsockopt(2)',
    IP_VS_CONN_F_FWD_MASK: 'several bits',
    IP_VS_CONN_F_SEQ_MASK: 'several bits',
    IP_VS_CONN_F_BACKUP_MASK: 'several bits',
    IP_VS_CONN_F_BACKUP_UPD_MASK: 'several bits',
    IP_VS_CONN_F_DEST_MASK: 'several bits',
    BATADV_MCAST_FLAGS_BRIDGED: 'bit numbers; the flags are in batadv_packet.h',
    IP_VS_CONN_F_TUNNEL_TYPE_IPIP: 'values of an attribute',
  },
}
