import { aliasPrefixOf } from '../alias.js'

/** Length of each half in bytes. A cookie has at most 16: TC_COOKIE_MAX_SIZE, net/act_api.h */
const half = 8

/**
 * Returns the cookie of the actions that redirect the frames of an interface (TCA_ACT_COOKIE): hashes of the network and of the
 * attachment. It proves that a filter belongs to the attachment. An interface has its own alias, which is not ours to change.
 */
export const markOf = (network: string, alias: string): Buffer =>
  Buffer.concat([hashOf(aliasPrefixOf(network)), hashOf(alias)])

/** True if a cookie is the mark of an attachment to the network. */
export const isMarkOf = (network: string, cookie: Uint8Array): boolean =>
  cookie.length === 2 * half && hashOf(aliasPrefixOf(network)).equals(cookie.subarray(0, half))

function hashOf(text: string): Buffer {
  const { createHash } = process.getBuiltinModule('node:crypto')
  return Buffer.from(
    createHash('sha256')
      .update(text)
      .digest('hex')
      .slice(0, 2 * half),
    'hex',
  )
}
