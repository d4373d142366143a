import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { kernelHeaders } from './sid.js'

/** A C expression and its expected value. */
export interface Claim {
  readonly expression: string
  readonly expected: number
}

/** Result of comparing claims with the kernel headers. */
export interface Verdict {
  /** `expression: expected …, got …` */
  readonly wrong: readonly string[]
  /** Expressions that these headers do not define, or define with an older value: the headers are older than the declarations. */
  readonly unknown: readonly string[]
}

/** Headers of one program, and C code that precedes them. */
export interface Includes {
  readonly headers: readonly string[]
  readonly prelude?: string | undefined
}

/** Folder of a current kernel's headers. If undefined, claims are compared with the installed headers, which may be older. */
export const newHeaders = kernelHeaders

/** Constants whose value the kernel changes whenever their enum grows. */
const moving = ['NL80211_AUTHTYPE_AUTOMATIC']

/** True if older headers explain the smaller value: kernels append members to structs, and constants before `moving` ones. */
const isOlder = ({ expression, expected }: Claim, value = 0) =>
  !newHeaders && value < expected && (/^sizeof\(struct \w+\)$/.test(expression) || moving.includes(expression))

const programOf = ({ headers, prelude = '' }: Includes, claims: readonly Claim[]) => `
#include <stddef.h>
${prelude}
${headers.map((name) => `#if __has_include(<${name}>)\n#include <${name}>\n#endif`).join('\n')}
const long long netloom_answers[] = {
${claims.map(({ expression }, index) => `#line ${index + 1} "claims"\n(long long)(${expression}),`).join('\n')}
};
`

/** Compiles to assembly, which contains the values. Nothing is linked or run. */
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

/** Evaluates the expressions with the C compiler and the kernel's headers. */
export async function checkClaims(includes: Includes, claims: readonly Claim[]): Promise<Verdict> {
  let known = claims
  let built = await compile(includes, known)
  // gcc reports an undeclared name only once, so compile until it reports none.
  for (let refused = linesOf(built.err); refused.size > 0; refused = linesOf(built.err)) {
    const undeclared = new Set(known.filter((_, index) => refused.has(index + 1)).map(({ expression }) => expression))
    known = known.filter(({ expression }) => !undeclared.has(expression))
    built = await compile(includes, known)
  }
  if (built.status !== 0) throw new Error(`gcc: ${built.err}`)
  const values = valuesOf(built.out)
  if (values.length !== known.length) throw new Error(`expected ${known.length} values, got ${values.length}`)
  const older = known.filter((claim, index) => isOlder(claim, values[index]))
  return {
    wrong: known.flatMap((claim, index) =>
      values[index] === claim.expected || older.includes(claim)
        ? []
        : [`${claim.expression}: declared ${claim.expected}, the header has ${values[index]}`],
    ),
    unknown: claims
      .filter((claim) => !known.includes(claim) || older.includes(claim))
      .map(({ expression }) => expression),
  }
}

/** Reads the values from the assembly. `.quad N` is one value, `.zero 8N` is N zeros. */
function valuesOf(assembly: string): number[] {
  const body = /^netloom_answers:\n((?:\s+\.(?:quad|zero|xword|dword)\s+-?\d+\n)*)/m.exec(assembly)?.[1] ?? ''
  return [...body.matchAll(/\.(\w+)\s+(-?\d+)/g)].flatMap(([, directive, value]) =>
    directive === 'zero' ? Array.from({ length: Number(value) / 8 }, () => 0) : [Number(value)],
  )
}

/**
 * Returns the indices of the claims with names or members that the headers do not define, counted from 1.
 * @throws {Error} if gcc reports any other error
 */
function linesOf(stderr: string): Set<number> {
  const complaints = [...stderr.matchAll(/^claims:(\d+):.* error: (.*)$/gm)]
  const other = complaints.find(
    ([, , text = '']) => !/undeclared|has no member named|undefined type|incomplete type/.test(text),
  )
  if (other) throw new Error(`gcc: ${other[0]}`)
  return new Set(complaints.map(([, line]) => Number(line)))
}
