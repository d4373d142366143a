import * as dpll from '../../../packages/netlink/dist/generic/dpll.js'
import * as fou from '../../../packages/netlink/dist/generic/fou.js'
import * as gtp from '../../../packages/netlink/dist/generic/gtp.js'
import * as ila from '../../../packages/netlink/dist/generic/ila.js'
import * as ioam6 from '../../../packages/netlink/dist/generic/ioam6.js'
import * as l2tp from '../../../packages/netlink/dist/generic/l2tp.js'
import * as macsec from '../../../packages/netlink/dist/generic/macsec.js'
import * as netShaper from '../../../packages/netlink/dist/generic/net-shaper.js'
import * as netdev from '../../../packages/netlink/dist/generic/netdev.js'
import * as ovpn from '../../../packages/netlink/dist/generic/ovpn.js'
import * as seg6 from '../../../packages/netlink/dist/generic/seg6.js'
import * as tcpMetrics from '../../../packages/netlink/dist/generic/tcp-metrics.js'
import * as team from '../../../packages/netlink/dist/generic/team.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'small generic families',
  headers: [
    'linux/if_macsec.h',
    'linux/if_team.h',
    'linux/l2tp.h',
    'linux/tcp_metrics.h',
    'linux/seg6_genl.h',
    'linux/ioam6_genl.h',
    'linux/fou.h',
    'linux/gtp.h',
    'linux/netdev.h',
    'linux/dpll.h',
    'linux/ovpn.h',
    'linux/net_shaper.h',
  ],
  also: ['linux/ila.h', 'linux/seg6_hmac.h'],
  declarations: [dpll, netShaper, ovpn, fou, gtp, ila, ioam6, l2tp, macsec, netdev, seg6, tcpMetrics, team],
  structs: [],
  except: {
    MACSEC_DEFAULT_CIPHER_ID: 'old name of another constant',
    DPLL_TEMP_DIVIDER: 'a divider',
    DPLL_PHASE_OFFSET_DIVIDER: 'a divider',
    DPLL_PIN_MEASURED_FREQUENCY_DIVIDER: 'a divider',
    L2TP_ATTR_NONE: 'means no attribute',
    L2TP_ATTR_STATS_NONE: 'means no attribute',
    NETDEV_XDP_ACT_MASK: 'all flags together',
    TCP_METRIC_RTT: 'numbers inside the kernel; messages use TCP_METRICS_A_METRICS_*',
  },
}
