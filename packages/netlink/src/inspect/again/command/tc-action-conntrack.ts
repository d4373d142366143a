import { AF } from '../../../codec/index.js'
import type { Members } from '../members.js'
import { type ActionWords, indexWords } from './tc-action.js'
import { hexDigits, type Word } from './words.js'

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

/** Returns the words of labels with their mask; undefined if tc writes others. */
function labelWords(options: Members): Word[] | undefined {
  const [labels, mask] = [options.take('labels'), options.take('labelsMask')]
  if (labels === undefined && mask === undefined) return []
  return labels instanceof Uint8Array && mask instanceof Uint8Array
    ? ['label', `${hexDigits(labels)}/${hexDigits(mask)}`]
    : undefined
}

/** Returns the helper: `ipv4-tcp-ftp`; undefined if tc writes another one. */
function helperWords(options: Members): Word[] | undefined {
  const [name, family, protocol] = [
    options.text('helperName'),
    options.number('helperFamily'),
    options.number('helperProto'),
  ]
  if (name === undefined) return family === undefined && protocol === undefined ? [] : undefined
  const version = family === AF.INET ? 'ipv4' : family === AF.INET6 ? 'ipv6' : undefined
  if (version === undefined || protocol === undefined || !/^[^-]+$/.test(name)) return undefined
  return ['helper', `${version}-${protocol}-${name}`]
}

/** `struct tc_ct` */
export const ct: ActionWords = (parms, options, verdict) => {
  const action = options.number('action') ?? 0
  const nat = natWords(action, options)
  const [zone, mark, mask] = [options.number('zone'), options.number('mark'), options.number('markMask')]
  if (verdict === undefined || nat === undefined || action > 63) return undefined
  const [labels, helper] = [labelWords(options), helperWords(options)]
  if (labels === undefined || helper === undefined) return undefined
  if ((action & bits.CLEAR) !== 0) return ['clear', ...indexWords(parms), ...verdict]
  return [
    ...((action & bits.COMMIT) === 0 ? [] : ['commit']),
    ...((action & bits.FORCE) === 0 ? [] : ['force']),
    ...(zone === undefined ? [] : ['zone', String(zone)]),
    ...(mark === undefined ? [] : ['mark', `${mark}/${mask ?? 0xffffffff}`]),
    ...[...labels, ...nat, ...helper, ...indexWords(parms), ...verdict],
  ]
}

/** `struct tc_connmark`, linux/tc_act/tc_connmark.h */
export const connmark: ActionWords = (parms, _, verdict) =>
  verdict && [...(parms.zone === 0 ? [] : ['zone', String(parms.zone)]), ...verdict, ...indexWords(parms)]
