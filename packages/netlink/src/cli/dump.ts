import { type DescribeOptions, describe } from '../codec/index.js'
import { toJson } from '../dissect/index.js'
import { type Command, command } from './command.js'
import type { Declaration } from './declaration.js'
import { type Dumped, objects } from './dump-objects.js'
import { netnsOption } from './options.js'
import { inWords, showNest } from './print.js'

const names = Object.keys(objects)

const declaration = {
  description: ['Prints objects of one kind with all their attributes.'],
  operands: { usage: 'OBJECTS', help: 'one of', values: names, least: 1, most: 1 },
  options: {
    json: {
      help: 'prints a JSON array of them: bytes as hex text; 64-bit numbers as a number if that is exact, else as text',
    },
    words: { help: 'with --json: names in place of numbers that have one' },
    netns: netnsOption,
  },
  examples: [
    ['netloom dump links', 'Prints all links'],
    ['netloom dump routes --json --words --netns blue', 'Prints routes of another namespace as JSON'],
  ],
  exitCodes: {
    0: 'the objects are printed',
    1: 'the kernel or the machine refuses',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

/** Yields a JSON array, one element per line. */
function* jsonLines(values: readonly unknown[]): Generator<string> {
  yield '['
  for (const [index, value] of values.entries()) {
    yield `${JSON.stringify(toJson(value))}${index === values.length - 1 ? '' : ','}`
  }
  yield ']'
}

/** The command `netloom dump`. */
export const dump: Command = command(declaration, ({ options, operands }, out) => {
  const object = objects[operands[0] ?? ''] as Dumped
  const found = object.list({ netns: options.netns })
  const described = (words?: DescribeOptions) => found.map((each) => describe(object.declaration, each, words))
  const lines = options.json ? jsonLines(options.words ? described() : found) : showNest(described(inWords), '')
  for (const line of lines) out.line(line)
  return 0
})
