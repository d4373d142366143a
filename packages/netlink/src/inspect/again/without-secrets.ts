import { describe } from '../../codec/index.js'
import type { DissectedMessage } from '../../dissect/index.js'
import { Secret } from './literal.js'

/** Returns the value of a message with placeholders for its keys: `KEY`, `KEY2`, … */
export function withoutSecrets({ declaration, value }: DissectedMessage): unknown {
  if (declaration === undefined) return value
  let count = 0
  const secret = (key: unknown) => {
    // Without bytes there is nothing to hide.
    if (key instanceof Uint8Array && key.length === 0) return key
    count += 1
    return new Secret(count === 1 ? 'KEY' : `KEY${count}`, key)
  }
  return describe(declaration, value, { word: false, secret })
}
