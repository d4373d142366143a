import { isPlainObject, show } from '../codec/error.js'
import { nearest } from '../codec/nearest.js'
import { printable } from '../codec/printable.js'
import { SpecError } from './error.js'

/** A value of a spec and its path. Its methods read members, and report what they did not expect. */
export class Place {
  constructor(
    readonly value: unknown,
    readonly path: readonly string[] = [],
  ) {}

  /** Returns the error for this place. */
  unexpected(expected: string): SpecError {
    return this.wrong(`expected ${expected}, got ${this.value === undefined ? 'nothing' : show(this.value)}`)
  }

  wrong(reason: string): SpecError {
    return new SpecError(printable(reason), this.path.map(printable))
  }

  /** Returns the object at this place. @throws {SpecError} for another value, or for a key that is not in `keys` */
  object(keys: readonly string[]): this {
    if (!isPlainObject(this.value)) throw this.unexpected('an object')
    const unknown = Object.keys(this.value).find((key) => !keys.includes(key))
    if (unknown === undefined) return this
    const near = nearest(unknown, keys)
    throw this.wrong(`unknown key '${unknown}'${near ? `; did you mean '${near}'?` : `; known: ${keys.join(', ')}`}`)
  }

  /** Returns the place of a member, which may be absent. */
  at(key: string): Place {
    const value = isPlainObject(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined
    return new Place(value, [...this.path, key])
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null
  }

  /** Returns the elements of an array; none if it is absent. The path of an element contains its name, or its index. */
  elements(): Place[] {
    if (this.isAbsent) return []
    if (!Array.isArray(this.value)) throw this.unexpected('an array')
    return this.value.map((value: unknown, index) => {
      const name = typeof value === 'string' ? value : isPlainObject(value) ? value.name : undefined
      return new Place(value, [...this.path, typeof name === 'string' ? name : `[${index}]`])
    })
  }

  text(): string {
    if (typeof this.value !== 'string' || this.value === '') throw this.unexpected('a text')
    return this.value
  }

  /** Returns a name. It becomes part of identifiers. */
  name(): string {
    if (typeof this.value !== 'string' || !/^[\w-]+$/.test(this.value))
      throw this.unexpected('a name of letters, digits, - and _')
    return this.value
  }

  nameIfAny(): string | undefined {
    return this.isAbsent ? undefined : this.name()
  }

  textIfAny(): string | undefined {
    return this.isAbsent ? undefined : this.text()
  }

  oneOf<const T extends string>(allowed: readonly T[]): T {
    const found = allowed.find((each) => each === this.value)
    if (found !== undefined) return found
    const near = typeof this.value === 'string' ? nearest(this.value, allowed) : undefined
    throw this.unexpected(
      near ? `one of ${allowed.join(', ')} (did you mean '${near}'?)` : `one of ${allowed.join(', ')}`,
    )
  }

  number(most: number): number {
    if (!Number.isInteger(this.value) || Number(this.value) < 0 || Number(this.value) > most)
      throw this.unexpected(`an integer from 0 to ${most}`)
    return Number(this.value)
  }

  numberIfAny(most: number): number | undefined {
    return this.isAbsent ? undefined : this.number(most)
  }

  isTrue(): boolean {
    if (this.isAbsent) return false
    if (typeof this.value !== 'boolean') throw this.unexpected('true or false')
    return this.value
  }
}
