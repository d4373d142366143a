import { ETH_P } from '../../../constants/index.js'
import type { ActionWords } from './tc-action.js'
import { indexWords } from './tc-action.js'
import { tunnelOptionTexts } from './tc-tunnel-options.js'
import { type Options, option, type Word, wordsFor } from './words.js'

/** Actions that wrap packets, or choose which ones go elsewhere. */

const hexadecimal = (number: number) => number.toString(16)

/** Returns the options of a tunnel: `geneve_opts 0102:80:00880022`. */
function tunnelOptions(value: unknown): Word[] | undefined {
  const found = tunnelOptionTexts(value)
  return found && [found.word, found.texts.join(',')]
}

const tunnel: Options = {
  encIpv4Src: option('src_ip'),
  encIpv4Dst: option('dst_ip'),
  encIpv6Src: option('src_ip'),
  encIpv6Dst: option('dst_ip'),
  encKeyId: option('id'),
  encDstPort: option('dst_port'),
  encOpts: tunnelOptions,
  encTos: (tos: number) => ['tos', `0x${hexadecimal(tos)}`],
  encTtl: option('ttl'),
  noCsum: (value: number) => [value === 0 ? 'csum' : 'nocsum'],
}

/** `struct tc_tunnel_key`: TCA_TUNNEL_KEY_ACT_SET and _RELEASE, linux/tc_act/tc_tunnel_key.h */
export const tunnelKey: ActionWords = (parms, options, verdict, request) => {
  if (verdict === undefined || (parms.tAction !== 1 && parms.tAction !== 2)) return undefined
  const words = parms.tAction === 1 ? ['set', ...wordsFor(options, tunnel, request)] : ['unset']
  return [...words, ...verdict, ...indexWords(parms)]
}

const mplsVerbs = ['', 'pop', 'push', 'modify', 'dec_ttl', 'mac_push']
const protocols: Readonly<Record<number, string>> = {
  ...{ [ETH_P.IP]: 'ip', [ETH_P.IPV6]: 'ipv6', [ETH_P.MPLS_UC]: 'mpls_uc', [ETH_P.MPLS_MC]: 'mpls_mc' },
}
const mplsOptions: Options = {
  proto: (proto: number) => (protocols[proto] === undefined ? undefined : ['protocol', protocols[proto]]),
  label: option('label'),
  tc: option('tc'),
  ttl: option('ttl'),
  bos: option('bos'),
}

/** `struct tc_mpls`, linux/tc_act/tc_mpls.h */
export const mpls: ActionWords = (parms, options, verdict, request) => {
  const verb = mplsVerbs[parms.mAction ?? 0]
  if (!verb || verdict === undefined) return undefined
  return [verb, ...wordsFor(options, mplsOptions, request), ...verdict, ...indexWords(parms)]
}

/** `struct tc_sample`, linux/tc_act/tc_sample.h */
export const sample: ActionWords = (parms, options, verdict, request) => {
  const words = wordsFor(
    options,
    { rate: option('rate'), psampleGroup: option('group'), truncSize: option('trunc') },
    request,
  )
  return verdict && [...words, ...verdict, ...indexWords(parms)]
}
