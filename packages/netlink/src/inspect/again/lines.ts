import type { DissectedMessage } from '../../dissect/index.js'
import type { Names } from '../names.js'
import { type SayAgainOptions, sayAgain } from './say-again.js'

/** Returns a request as lines of text, as TypeScript and as a command. Empty for messages that are no requests. */
export function againLines(message: DissectedMessage, names: Names, options?: SayAgainOptions): string[] {
  const { typescript, command, lost = [] } = sayAgain(message, names, options)
  return [
    ...(typescript === undefined ? [] : [`TypeScript:  ${typescript}`]),
    ...(command === undefined ? [] : [`iproute2:    ${command}`]),
    ...(lost.length === 0 ? [] : [`             without ${lost.join(', ')}`]),
  ]
}
