import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A C expression, and what it should be. */
export interface Claim {
  readonly expression: string
  readonly expected: number
}

/** What the installed kernel headers say to a list of claims. */
export interface Verdict {
  /** `expression: expected …, got …` */
  readonly wrong: readonly string[]
  /** Names that these headers do not have: they are older than the declarations. */
  readonly unknown: readonly string[]
}

/** The headers of one program, and C that comes before them. */
export interface Includes {
  readonly headers: readonly string[]
  readonly prelude?: string | undefined
}

/** Headers of a current kernel; `npm test` sets it. Without it the installed ones are asked, which may be older. */
export const newHeaders = process.env.NETLOOM_KERNEL_HEADERS

const programOf = ({ headers, prelude = '' }: Includes, claims: readonly Claim[]) => `
#include <stddef.h>
${prelude}
${headers.map((name) => `#if __has_include(<${name}>)\n#include <${name}>\n#endif`).join('\n')}
const long long netloom_answers[] = {
${claims.map(({ expression }, index) => `#line ${index + 1} "claims"\n(long long)(${expression}),`).join('\n')}
};
`

/** Compiles to assembly, in which the values stand: nothing is linked and nothing runs. */
async function compile(includes: Includes, claims: readonly Claim[]) {
  const options = ['-fmax-errors=0', ...(newHeaders ? ['-isystem', newHeaders] : []), '-S', '-o', '-', '-x', 'c', '-']
  const gcc = spawn('gcc', options, { env: { ...process.env, LC_ALL: 'C' } })
  const texts = { out: '', err: '' }
  gcc.stdout.setEncoding('utf8').on('data', (text) => (texts.out += text))
  gcc.stderr.setEncoding('utf8').on('data', (text) => (texts.err += text))
  gcc.stdin.end(programOf(includes, claims))
  const [status] = await once(gcc, 'close')
  return { ...texts, status }
}

/** Has the C compiler evaluate the expressions by the kernel's headers. */
export async function askHeaders(includes: Includes, claims: readonly Claim[]): Promise<Verdict> {
  let known = claims
  let built = await compile(includes, known)
  // A name that is undeclared is complained of once, wherever else it stands.
  for (let refused = linesOf(built.err); refused.size > 0; refused = linesOf(built.err)) {
    const strangers = new Set(known.filter((_, index) => refused.has(index + 1)).map(({ expression }) => expression))
    known = known.filter(({ expression }) => !strangers.has(expression))
    built = await compile(includes, known)
  }
  if (built.status !== 0) throw new Error(`gcc: ${built.err}`)
  const values = valuesOf(built.out)
  if (values.length !== known.length) throw new Error(`expected ${known.length} values, got ${values.length}`)
  return {
    wrong: known.flatMap(({ expression, expected }, index) =>
      values[index] === expected ? [] : [`${expression}: expected ${expected}, got ${values[index]}`],
    ),
    unknown: claims.filter((claim) => !known.includes(claim)).map(({ expression }) => expression),
  }
}

/** `.quad N` is a value, `.zero 8N` stands for N times 0. */
function valuesOf(assembly: string): number[] {
  const body = /^netloom_answers:\n((?:\s+\.(?:quad|zero|xword|dword)\s+-?\d+\n)*)/m.exec(assembly)?.[1] ?? ''
  return [...body.matchAll(/\.(\w+)\s+(-?\d+)/g)].flatMap(([, directive, value]) =>
    directive === 'zero' ? Array.from({ length: Number(value) / 8 }, () => 0) : [Number(value)],
  )
}

/** The claims that the compiler complains of: names or members that it has not heard of. Other errors are ours. */
function linesOf(stderr: string): Set<number> {
  const complaints = [...stderr.matchAll(/^claims:(\d+):.* error: (.*)$/gm)]
  const strange = complaints.find(
    ([, , text = '']) => !/undeclared|has no member named|undefined type|incomplete type/.test(text),
  )
  if (strange) throw new Error(`gcc: ${strange[0]}`)
  return new Set(complaints.map(([, line]) => Number(line)))
}
