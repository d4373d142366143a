import { describe } from '../../codec/index.js'
import type { DissectedMessage } from '../../dissect/index.js'
import { redactor, withoutUnknown } from '../redact.js'
import { Secret } from './literal.js'

/** Returns the value of a message with placeholders for its keys, and for bytes that may be keys: `KEY`, `KEY2`, … */
export function withoutSecrets(message: DissectedMessage): unknown {
  const { declaration, value } = message
  if (declaration === undefined) return value
  let count = 0
  const secret = (key: unknown) => {
    // Without bytes there is nothing to hide.
    if (key instanceof Uint8Array && key.length === 0) return key
    count += 1
    return new Secret(count === 1 ? 'KEY' : `KEY${count}`, key)
  }
  const described = describe(declaration, value, { word: false, secret })
  return redactor.mayHoldKeys(message) ? withoutUnknown(described, secret) : described
}
