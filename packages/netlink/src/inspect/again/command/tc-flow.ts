import { FLOW_KEY, FLOW_MODE, handleText } from '../../../route/index.js'
import type { Filter } from './tc-flower.js'
import { type Options, option, type Word, wordsFor } from './words.js'

/** The word of a key: `nfct-proto-src` for NFCT_PROTO_SRC. */
const words: Readonly<Record<string, string>> = { RTCLASSID: 'rt-classid', SKUID: 'sk-uid', SKGID: 'sk-gid' }
const keyWords = Object.entries(FLOW_KEY).map(
  ([name, bit]) => [bit, words[name] ?? name.toLowerCase().replaceAll('_', '-')] as const,
)
const ALL = 0xffffffff

/** Numbers that tc writes as they are. */
const plain: Options = {
  rshift: option('rshift'),
  addend: option('addend'),
  divisor: option('divisor'),
  baseclass: (id: number) => ['baseclass', handleText(id)],
  perturb: option('perturb'),
}

/** TCA_FLOW_*: computes a class from keys of packets. */
export const flow: Filter = (options, _, request) => {
  const [keys, mode] = [options.number('keys'), options.number('mode')]
  const [mask, xor] = [options.number('mask'), options.number('xor')]
  const known = keyWords.filter(([bit]) => ((keys ?? 0) & (1 << bit)) !== 0)
  if (mode !== FLOW_MODE.MAP && mode !== FLOW_MODE.HASH) return undefined
  if (keys !== undefined && (keys === 0 || keys >>> keyWords.length !== 0)) return undefined
  if (mode === FLOW_MODE.MAP && known.length > 1) return undefined
  // tc writes both unless neither has an effect.
  if ((mask === undefined) !== (xor === undefined) || (mask === ALL && xor === 0)) return undefined
  const digits = (number: number) => `0x${number.toString(16)}`
  const bits: Word[] = mask === undefined || xor === undefined ? [] : ['and', digits(mask), 'xor', digits(xor)]
  return [
    mode === FLOW_MODE.HASH ? 'hash' : 'map',
    ...(keys === undefined ? [] : ['keys', known.map(([, word]) => word).join(',')]),
    ...bits,
    ...wordsFor(options, plain, request),
  ]
}
