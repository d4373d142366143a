import { aliasPrefixOf } from '../alias.js'

/** Length of each half in bytes. A cookie has at most 16: TC_COOKIE_MAX_SIZE, net/act_api.h */
const half = 8

/**
 * Returns the cookie of the actions that redirect the frames of an interface (TCA_ACT_COOKIE): hashes of the network and of the
 * attachment. It proves that a filter belongs to the attachment. An interface has its own alias, which is not ours to change.
 */
export const markOf = (network: string, alias: string): Buffer =>
  Buffer.concat([hashOf(aliasPrefixOf(network)), hashOf(alias)])

/** Returns a function that is true for the mark of an attachment to the network that is not valid. `valid` contains aliases. */
export function staleMarks(network: string, valid: ReadonlySet<string>): (mark: Uint8Array) => boolean {
  const ofNetwork = hashOf(aliasPrefixOf(network))
  const known = [...valid].map(hashOf)
  return (mark) => {
    const [prefix, attachment] = [mark.subarray(0, half), mark.subarray(half)]
    return ofNetwork.equals(prefix) && attachment.length === half && !known.some((each) => each.equals(attachment))
  }
}

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
