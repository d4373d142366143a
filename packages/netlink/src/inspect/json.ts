import type { DissectedMessage } from '../dissect/index.js'
import { toJson } from '../dissect/index.js'
import { jsonString, jsonText } from './json-text.js'
import { Redactor } from './redact.js'

/** Options of {@link JsonMessages}. */
export interface JsonOptions {
  /** Names replace numbers. */
  readonly words?: boolean
  /** Keys and passwords are not replaced. */
  readonly secrets?: boolean
}

/** Converts messages to objects for JSON. `schema/messages.schema.json` of the package describes them. */
export class JsonMessages {
  readonly #redactor = new Redactor()

  constructor(readonly options: JsonOptions = {}) {}

  /** Returns the members of a message. `toJson` has converted its value. */
  object(message: DissectedMessage): Readonly<Record<string, unknown>> {
    const { protocol, type, family = null, toKernel, header, unknown, error } = message
    return {
      ...{ protocol, type, family, toKernel, header },
      value: toJson(this.#value(message)),
      unknown,
      ...(error && { error: error.message }),
    }
  }

  /** Returns the same members as JSON, without the braces, and without characters that a terminal does not print as they are. */
  text(message: DissectedMessage): string {
    const { protocol, type, family, toKernel, header, unknown, error } = message
    let text = `"protocol":${jsonString(protocol)},"type":${jsonString(type)}`
    text += `,"family":${family === undefined ? 'null' : jsonString(family)},"toKernel":${toKernel}`
    if (header) text += `,"header":${jsonText(header)}`
    const value = jsonText(this.#value(message))
    if (value !== undefined) text += `,"value":${value}`
    text += `,"unknown":${unknown}`
    return error ? `${text},"error":${jsonString(error.message)}` : text
  }

  #value(message: DissectedMessage): unknown {
    const { words = false, secrets = false } = this.options
    if (secrets) return words ? message.describe() : message.value
    return this.#redactor.describe(message, words ? {} : { word: false })
  }
}
