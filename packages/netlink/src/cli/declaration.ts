/** The names on the machine with which a shell completes a word. */
export type Completion = 'file' | 'link' | 'netns'

/** An option of a command. The name is its key in {@link Declaration.options}. */
export interface Option {
  /** Its short form, one letter. */
  readonly short?: string
  /** Name of its value in the help: `PATH`. An option without it is a flag. */
  readonly value?: string
  readonly help: string
  readonly default?: string
  /** The allowed values. */
  readonly values?: readonly string[]
  /** The value may be omitted. Then it is an empty text. An argument that matches is the value. */
  readonly optional?: RegExp
  /** True if the option may be given several times. */
  readonly multiple?: true
  /** Describes valid values, for the error message of `fits`. */
  readonly expected?: string
  readonly fits?: (text: string) => boolean
  readonly completes?: Completion
}

/** The operands of a command. */
export interface Operands {
  /** `FILE`, `[OBJECT …]` */
  readonly usage: string
  readonly help: string
  readonly least?: number
  readonly most?: number
  /** The allowed operands. */
  readonly values?: readonly string[]
  /** Operands that shells complete. Others are allowed. */
  readonly suggests?: readonly string[]
  /** True if the operands are a command of the user: all arguments from the first operand on belong to it. */
  readonly isCommand?: true
  readonly completes?: Completion
}

/** A part of the help and of the manual page: text, or rows of a name and its meaning. */
export interface Section {
  readonly title: string
  readonly text?: string
  readonly rows?: readonly (readonly [name: string, meaning: string])[]
}

/** Describes a command. Parsing, `--help`, the manual page and completion are derived from it. */
export interface Declaration {
  /** Paragraphs. */
  readonly description: readonly string[]
  readonly operands?: Operands
  readonly options: Readonly<Record<string, Option>>
  readonly sections?: readonly Section[]
  readonly examples: readonly (readonly [command: string, meaning: string])[]
  readonly exitCodes: Readonly<Record<number, string>>
}

type TextOf<O extends Option> = O extends { readonly values: readonly (infer V)[] } ? V : string

type ValueOf<O extends Option> = O extends { readonly value: string }
  ? O extends { readonly multiple: true }
    ? readonly TextOf<O>[]
    : O extends { readonly default: string }
      ? TextOf<O>
      : TextOf<O> | undefined
  : boolean

/** The arguments of a command: its options by name, and its operands. */
export interface Parsed<D extends Declaration> {
  /** True if `--help` was given. Then operands may be missing. */
  readonly isHelp: boolean
  readonly options: { readonly [K in keyof D['options']]: ValueOf<D['options'][K]> }
  readonly operands: readonly string[]
}

/** Thrown for wrong arguments. `netloom` ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'ERR_NETLOOM_USAGE'
}

/** Every command has it, without declaring it. */
export const helpOption: Option = { short: 'h', help: 'prints this' }
