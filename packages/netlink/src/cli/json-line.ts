import type { DissectedMessage } from '../dissect/index.js'
import type { JsonMessages } from '../inspect/index.js'

/** Returns a message as one line of JSON. `place` contains where and when it was received. */
export const jsonLine = (place: object, message: DissectedMessage, json: JsonMessages): string =>
  JSON.stringify({ ...place, ...json.object(message) })
