import { ETH_P } from '../../../constants/index.js'
import { TCA_FLOWER_KEY_CT_FLAGS, TCA_FLOWER_KEY_FLAGS } from '../../../route/index.js'
import { isBag, type Members } from '../members.js'
import type { KeyWords } from './tc-flower-link.js'
import { flagWords, type Mask, maskedWords } from './tc-flower-masks.js'
import { tunnelOptionTexts } from './tc-tunnel-options.js'
import { hexDigits, type Word } from './words.js'

const bits: Mask = { radix: 16, maskRadix: 16, full: 0xff }

/** Flags of a packet, and of the tunnel that it arrived on. */
const packetFlags = [
  [TCA_FLOWER_KEY_FLAGS.IS_FRAGMENT, 'frag'],
  [TCA_FLOWER_KEY_FLAGS.FRAG_IS_FIRST, 'firstfrag'],
] as const
const tunnelFlags = [
  [TCA_FLOWER_KEY_FLAGS.TUNNEL_CSUM, 'tuncsum'],
  [TCA_FLOWER_KEY_FLAGS.TUNNEL_DONT_FRAGMENT, 'tundf'],
  [TCA_FLOWER_KEY_FLAGS.TUNNEL_OAM, 'tunoam'],
  [TCA_FLOWER_KEY_FLAGS.TUNNEL_CRIT_OPT, 'tuncrit'],
] as const

/** Keys of the tunnel that a packet arrived on, and flags. */
export const tunnelKeys: KeyWords = (options) => {
  const [id, port] = [options.number('keyEncKeyId'), options.number('keyEncUdpDstPort')]
  const tos = maskedWords(options, 'enc_tos', 'keyEncIpTos', bits)
  const ttl = maskedWords(options, 'enc_ttl', 'keyEncIpTtl', { ...bits, radix: 10 })
  const more = optionWords(options)
  const flags = flagWords(options, 'keyFlags', packetFlags, ['', 'no', '/'])
  const outer = flagWords(options, 'keyEncFlags', tunnelFlags, ['', 'no', '/'])
  if (tos === undefined || ttl === undefined || more === undefined || flags === undefined || outer === undefined)
    return undefined
  return [
    ...(id === undefined ? [] : ['enc_key_id', String(id)]),
    ...(port === undefined ? [] : ['enc_dst_port', String(port)]),
    ...[...tos, ...ttl, ...more],
    ...(flags === '' ? [] : ['ip_flags', flags]),
    ...(outer === '' ? [] : ['enc_flags', outer]),
  ]
}

/** Returns the words of options of a tunnel and of their masks. */
function optionWords(options: Members): Word[] | undefined {
  const [given, masks] = [options.take('keyEncOpts'), options.take('keyEncOptsMask')]
  if (given === undefined && masks === undefined) return []
  const [values, bits] = [tunnelOptionTexts(given), tunnelOptionTexts(masks)]
  if (values === undefined || bits === undefined || values.word !== bits.word) return undefined
  if (values.texts.length !== bits.texts.length) return undefined
  return [values.word, values.texts.map((text, at) => `${text}/${bits.texts[at]}`).join(',')]
}

const states = [
  [TCA_FLOWER_KEY_CT_FLAGS.TRACKED, 'trk'],
  [TCA_FLOWER_KEY_CT_FLAGS.NEW, 'new'],
  [TCA_FLOWER_KEY_CT_FLAGS.ESTABLISHED, 'est'],
  [TCA_FLOWER_KEY_CT_FLAGS.RELATED, 'rel'],
  [TCA_FLOWER_KEY_CT_FLAGS.INVALID, 'inv'],
  [TCA_FLOWER_KEY_CT_FLAGS.REPLY, 'rpl'],
] as const

/** Keys of the connection that a packet belongs to; of bridges and of Ethernet's fault management. */
export const conntrackKeys: KeyWords = (options, { inner }) => {
  const hasState = options.has('keyCtState')
  const state = flagWords(options, 'keyCtState', states, ['+', '-', ''])
  const zone = maskedWords(options, 'ct_zone', 'keyCtZone', { radix: 10, maskRadix: 16, full: 0xffff })
  const mark = maskedWords(options, 'ct_mark', 'keyCtMark', { radix: 16, maskRadix: 16, full: 0xffffffff })
  const [labels, mask] = [options.take('keyCtLabels'), options.take('keyCtLabelsMask')]
  const miss = options.number('l2Miss')
  const fault = options.take('keyCfm')
  if (state === undefined || zone === undefined || mark === undefined) return undefined
  if ((hasState && state === '') || (labels === undefined) !== (mask === undefined)) return undefined
  if (fault !== undefined && (inner !== ETH_P.CFM || !isBag(fault))) return undefined
  const { mdLevel, opcode } = (fault ?? {}) as Readonly<Record<string, number>>
  return [
    ...(hasState ? ['ct_state', state] : []),
    ...[...zone, ...mark],
    ...(labels instanceof Uint8Array && mask instanceof Uint8Array
      ? ['ct_label', `${hexDigits(labels)}/${hexDigits(mask)}`]
      : []),
    ...(miss === undefined ? [] : ['l2_miss', String(miss)]),
    ...(fault === undefined ? [] : ['cfm']),
    ...(mdLevel === undefined ? [] : ['mdl', String(mdLevel)]),
    ...(opcode === undefined ? [] : ['op', String(opcode)]),
  ]
}
