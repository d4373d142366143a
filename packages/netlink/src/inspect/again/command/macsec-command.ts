import { Buffer } from '../../../codec/buffer.js'
import { MACSEC_OFFLOAD } from '../../../constants/index.js'
import { type Bag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { wordIn } from '../words.js'
import { keyWord } from './key-words.js'
import { type Command, device, leftIn, type Options, option, type Word, wordsFor } from './words.js'

const digits = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Returns `on` or `off`. */
export const onOrOff = (active: number) => (active === 0 ? ['off'] : active === 1 ? ['on'] : undefined)

/** Options of a secure association, by the attribute. The key comes last. */
export const associationOptions: Options = {
  pn: (number: number | bigint) => [typeof number === 'bigint' ? 'xpn' : 'pn', String(number)],
  salt: (salt: Uint8Array) => ['salt', digits(salt)],
  ssci: option('ssci'),
  active: onOrOff,
}

/** Id and key of an association. */
export const keyOptions: Options = {
  keyid: (id: Uint8Array) => ['key', digits(id)],
  key: (key: unknown) => {
    const word = keyWord(key)
    return word === undefined ? undefined : [word]
  },
}

/** Returns the name of a channel: MAC address and port in hexadecimal digits. */
export const channelWords = (sci: unknown): Word[] | undefined =>
  typeof sci === 'bigint' ? ['sci', sci.toString(16).padStart(16, '0')] : undefined

/** `ip macsec` */
export function macsecCommand(request: SaidRequest): Command | undefined {
  const [, action, object] = /^MACSEC_CMD_(ADD|UPD|DEL)_(TXSA|RXSC|RXSA|OFFLOAD)$/.exec(request.type) ?? []
  const attrs = new Members(request.attrs)
  const index = attrs.number('ifindex')
  if (action === undefined || index === undefined) return undefined
  const dev = device(request, index)
  if (object === 'OFFLOAD') {
    const type = new Members(attrs.take('offload')).number('type')
    return type === undefined
      ? undefined
      : { words: ['ip', 'macsec', 'offload', dev, String(wordIn(MACSEC_OFFLOAD, type))], lost: leftIn(attrs) }
  }
  const verb = { ADD: 'add', UPD: 'set', DEL: 'del' }[action as 'ADD' | 'UPD' | 'DEL']
  const channel = new Members(attrs.take('rxscConfig') as Bag | undefined)
  const association = new Members(attrs.take('saConfig') as Bag | undefined)
  const sci = object === 'TXSA' ? [] : channelWords(channel.take('sci'))
  const number = association.number('an')
  // `ip` takes a key only together with its id.
  if (association.has('key') !== association.has('keyid')) return undefined
  if (sci === undefined || (object === 'RXSC') !== (number === undefined)) return undefined
  const words = [
    ...['ip', 'macsec', verb, dev, object === 'TXSA' ? 'tx' : 'rx', ...sci],
    ...(number === undefined ? [] : ['sa', String(number)]),
    ...wordsFor(channel, { active: onOrOff }, request),
    ...wordsFor(association, { ...associationOptions, ...keyOptions }, request),
  ]
  return { words, lost: [...leftIn(channel, 'rxscConfig.'), ...leftIn(association, 'saConfig.'), ...leftIn(attrs)] }
}
