import type { Members } from '../members.js'
import { type ActionWords, indexWords } from './tc-action.js'
import type { Word } from './words.js'

/** TCA_CT_ACT_*, linux/tc_act/tc_ct.h */
const bits = { COMMIT: 1, FORCE: 2, CLEAR: 4, NAT: 8, NAT_SRC: 16, NAT_DST: 32 }

const range = (least: unknown, most: unknown) =>
  most === undefined || most === least ? String(least) : `${least}-${most}`

/** Returns the words of an address translation; undefined if tc cannot express it. */
function natWords(action: number, options: Members): Word[] | undefined {
  if ((action & bits.NAT) === 0) return []
  const isSource = (action & bits.NAT_SRC) !== 0
  if (isSource && (action & bits.NAT_DST) !== 0) return undefined
  const [least, most] = [
    options.text('natIpv4Min') ?? options.text('natIpv6Min'),
    options.text('natIpv4Max') ?? options.text('natIpv6Max'),
  ]
  const [port, lastPort] = [options.number('natPortMin'), options.number('natPortMax')]
  if (least === undefined)
    return (action & (bits.NAT_SRC | bits.NAT_DST)) === 0 && port === undefined ? ['nat'] : undefined
  return [
    ...['nat', isSource ? 'src' : 'dst', 'addr', range(least, most)],
    ...(port === undefined ? [] : ['port', range(port, lastPort)]),
  ]
}

/** `struct tc_ct`. tc takes no index, and reads labels in another form than they are sent: these have no command. */
export const ct: ActionWords = (parms, options, verdict) => {
  const action = options.number('action') ?? 0
  const nat = natWords(action, options)
  const [zone, mark, mask] = [options.number('zone'), options.number('mark'), options.number('markMask')]
  if (verdict === undefined || nat === undefined || action > 63 || options.has('labels') || parms.index !== 0)
    return undefined
  if ((action & bits.CLEAR) !== 0) return ['clear', ...verdict]
  return [
    ...((action & bits.COMMIT) === 0 ? [] : ['commit']),
    ...((action & bits.FORCE) === 0 ? [] : ['force']),
    ...(zone === undefined ? [] : ['zone', String(zone)]),
    ...(mark === undefined ? [] : ['mark', `${mark}/${mask ?? 0xffffffff}`]),
    ...nat,
    ...verdict,
  ]
}

/** `struct tc_connmark`, linux/tc_act/tc_connmark.h */
export const connmark: ActionWords = (parms, _, verdict) =>
  verdict && [...(parms.zone === 0 ? [] : ['zone', String(parms.zone)]), ...verdict, ...indexWords(parms)]
