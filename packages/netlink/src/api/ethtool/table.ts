import { ETHTOOL_FLAG } from '../../generic/ethtool/index.js'
import { channels, coalesce, rings, rss } from './queues.js'
import { stats, statsRequest, statsSets } from './stats.js'
import type { Subject } from './subject.js'
import {
  debug,
  eee,
  fec,
  linkInfo,
  linkModes,
  linkState,
  mm,
  module,
  pause,
  plca,
  plcaStatus,
  privateFlags,
  timestampConfig,
  timestamping,
  virtualClocks,
  wol,
} from './subjects.js'
import { tunnels } from './tunnels.js'

const withStats = { flags: ETHTOOL_FLAG.STATS }

/** The messages of a subject that can be changed. */
const changeable = <const N extends string>(command: N) => ({
  get: `ETHTOOL_MSG_${command}_GET` as const,
  set: `ETHTOOL_MSG_${command}_SET` as const,
})

/** The subjects of `nl.ethtool`, apart from features. */
export const subjects = {
  linkInfo: { title: 'link info', ...changeable('LINKINFO'), members: linkInfo },
  linkModes: { title: 'link modes', ...changeable('LINKMODES'), members: linkModes },
  linkState: { title: 'link state', get: 'ETHTOOL_MSG_LINKSTATE_GET', members: linkState },
  debug: { title: 'debug messages', ...changeable('DEBUG'), members: debug },
  wol: { title: 'wake-on-LAN', ...changeable('WOL'), members: wol },
  privateFlags: { title: 'private flags', ...changeable('PRIVFLAGS'), members: privateFlags },
  rings: { title: 'rings', ...changeable('RINGS'), members: rings },
  channels: { title: 'channels', ...changeable('CHANNELS'), members: channels },
  coalesce: { title: 'coalescing', ...changeable('COALESCE'), members: coalesce },
  pause: { title: 'pause frames', ...changeable('PAUSE'), ...withStats, members: pause },
  eee: { title: 'EEE', ...changeable('EEE'), members: eee },
  fec: { title: 'FEC', ...changeable('FEC'), ...withStats, members: fec },
  timestamping: { title: 'time stamping', get: 'ETHTOOL_MSG_TSINFO_GET', members: timestamping },
  timestampConfig: { title: 'time stamping', ...changeable('TSCONFIG'), members: timestampConfig },
  stats: {
    ...{ title: 'statistics', get: 'ETHTOOL_MSG_STATS_GET', attributes: statsRequest, sets: statsSets },
    members: stats,
  },
  rss: { title: 'RSS', get: 'ETHTOOL_MSG_RSS_GET', sets: ['RSS_HASH_FUNCS'], members: rss },
  module: { title: 'module', ...changeable('MODULE'), members: module },
  plca: { title: 'PLCA', get: 'ETHTOOL_MSG_PLCA_GET_CFG', set: 'ETHTOOL_MSG_PLCA_SET_CFG', members: plca },
  plcaStatus: { title: 'PLCA status', get: 'ETHTOOL_MSG_PLCA_GET_STATUS', members: plcaStatus },
  mm: { title: 'MAC merge layer', ...changeable('MM'), ...withStats, members: mm },
  virtualClocks: { title: 'virtual clocks', get: 'ETHTOOL_MSG_PHC_VCLOCKS_GET', members: virtualClocks },
  tunnels: { title: 'tunnels', get: 'ETHTOOL_MSG_TUNNEL_INFO_GET', isDumpIncomplete: true, members: tunnels },
} as const satisfies Readonly<Record<string, Subject>>

/** The name of a subject. */
export type SubjectName = keyof typeof subjects
