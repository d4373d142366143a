import { keyOf } from './names.js'
import type { SpecEnum } from './types.js'

const words = new Set([
  'default',
  'delete',
  'new',
  'class',
  'function',
  'in',
  'switch',
  'void',
  'var',
  'with',
  'package',
])

/** Names of the declarations of a family, in the style of the library. */
export class Identifiers {
  readonly #family: string

  constructor(family: string) {
    this.#family = family
  }

  ofEnum({ prefix }: SpecEnum): string {
    return prefix.replace(/^(?=\d)/, '_')
  }

  ofSet(name: string): string {
    const base = name.replace(/-?(attrs|attributes)$/, '')
    return this.#behindFamily(base, 'Attrs')
  }

  ofStruct(name: string): string {
    return this.#behindFamily(name, '')
  }

  ofMessage(set: string | undefined, header: string | undefined): string {
    return this.#behindFamily([set ?? 'empty', header].filter(Boolean).join('-'), 'Message')
  }

  get family(): string {
    const name = keyOf(this.#family)
    return words.has(name) ? `${name}Family` : name
  }

  #behindFamily(name: string, ending: string): string {
    const [family, own] = [keyOf(this.#family), keyOf(name)]
    return own === family ? `${family}${ending}` : `${family}${typeName(own)}${ending}`
  }
}

/** Returns the name of the interface of a declaration's values. */
export const typeName = (identifier: string): string => identifier.slice(0, 1).toUpperCase() + identifier.slice(1)
