import { type DescribeOptions, describe } from '../codec/index.js'
import { toJson } from '../dissect/index.js'
import { type Command, parse, UsageError } from './command.js'
import { objects } from './dump-objects.js'
import { inWords, showNest } from './print.js'
import { wrapped } from './wrap.js'

const names = Object.keys(objects)

const help = `netloom dump: prints all links, addresses, routes and so on that there are

Usage: netloom dump OBJECTS [--json [--words]] [--netns PATH]

OBJECTS: ${wrapped(names, 90, 9)}

  --json        prints a JSON array of them: bytes as hex text; 64-bit numbers as a number if
                that is exact, else as text
  --words       with --json: names in place of numbers that have one
  --netns PATH  those of this network namespace, e.g. /run/netns/blue

Exit code: 0; 1 where the kernel or the machine refuses; 2 where the arguments are wrong.
`

/** Yields a JSON array, one element per line. */
function* jsonLines(values: readonly unknown[]): Generator<string> {
  yield '['
  for (const [index, value] of values.entries()) {
    yield `${JSON.stringify(toJson(value))}${index === values.length - 1 ? '' : ','}`
  }
  yield ']'
}

/** The command `netloom dump`. */
export const dump: Command = {
  summary: 'prints all links, addresses, routes and so on that there are',
  help,
  run(args, out) {
    const { values, positionals } = parse({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        words: { type: 'boolean', default: false },
        netns: { type: 'string' },
      },
      allowPositionals: true,
    })
    const [name] = positionals
    const object = name !== undefined && Object.hasOwn(objects, name) ? objects[name] : undefined
    if (object === undefined || positionals.length > 1)
      throw new UsageError(`expected one of ${names.join(' ')}, got ${positionals.join(' ') || 'nothing'}`)
    const found = object.list({ netns: values.netns })
    const described = (options?: DescribeOptions) => found.map((each) => describe(object.declaration, each, options))
    const lines = values.json ? jsonLines(values.words ? described() : found) : showNest(described(inWords), '')
    for (const line of lines) out.line(line)
    return 0
  },
}
