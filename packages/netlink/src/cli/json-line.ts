import { type DissectedMessage, toJson } from '../dissect/index.js'

/**
 * Returns a message as one line of JSON. `place` contains where and when it was received. If `words` is set, names replace
 * numbers.
 */
export const jsonLine = (place: object, message: DissectedMessage, words: boolean): string =>
  JSON.stringify({
    ...place,
    protocol: message.protocol,
    type: message.type,
    family: message.family ?? null,
    toKernel: message.toKernel,
    header: message.header,
    value: toJson(words ? message.describe() : message.value),
    unknown: message.unknown,
    roundtrip: message.roundtrip,
    ...(message.error && { error: message.error.message }),
  })
