import { type Options, onOff, option } from './words.js'

/** Options of `ip link … type macsec`. */
export const macsec: Options = {
  port: option('port'),
  sci: (sci: bigint) => ['sci', sci.toString(16).padStart(16, '0')],
  cipherSuite: (suite: bigint) => {
    const word = ciphers.get(suite)
    return word === undefined ? undefined : ['cipher', word]
  },
  icvLen: option('icvlen'),
  encrypt: onOff('encrypt'),
  incSci: onOff('send_sci'),
  es: onOff('end_station'),
  scb: onOff('scb'),
  protect: onOff('protect'),
  replayProtect: onOff('replay'),
  window: option('window'),
  validation: (value: number) => pick('validate', ['disabled', 'check', 'strict'], value),
  encodingSa: option('encodingsa'),
  offload: (value: number) => pick('offload', ['off', 'phy', 'mac'], value),
}
const ciphers: ReadonlyMap<bigint, string> = new Map([
  [0x0080020001000001n, 'default'],
  [0x0080c20001000001n, 'gcm-aes-128'],
  [0x0080c20001000002n, 'gcm-aes-256'],
  [0x0080c20001000003n, 'gcm-aes-xpn-128'],
  [0x0080c20001000004n, 'gcm-aes-xpn-256'],
])
const pick = (word: string, words: readonly string[], value: number) =>
  words[value] === undefined ? undefined : [word, words[value] as string]
