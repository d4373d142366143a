import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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

const programOf = (includes: readonly string[], claims: readonly Claim[]) => `
#include <stddef.h>
#include <stdio.h>
${includes.map((name) => `#include <linux/${name}>`).join('\n')}
int main(void) {
${claims.map(({ expression }, index) => `#line ${index + 1} "claims"\n  printf("%lld\\n", (long long)(${expression}));`).join('\n')}
  return 0;
}
`

/** Headers of a current kernel; `npm test` sets it. Without it the installed ones are asked, which may be older. */
export const newHeaders = process.env.NETLOOM_KERNEL_HEADERS

/** Has the C compiler evaluate the expressions by the kernel's headers. */
export function askHeaders(includes: readonly string[], claims: readonly Claim[]): Verdict {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-headers-'))
  try {
    const source = join(folder, 'claims.c')
    const program = join(folder, 'claims')
    const compile = (asked: readonly Claim[]) => {
      writeFileSync(source, programOf(includes, asked))
      const options = ['-fmax-errors=0', ...(newHeaders ? ['-isystem', newHeaders] : []), '-o', program, source]
      return spawnSync('gcc', options, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
    }
    const refused = linesOf(compile(claims).stderr ?? '')
    const known = claims.filter((_, index) => !refused.has(index + 1))
    const built = compile(known)
    if (built.status !== 0) throw new Error(`gcc: ${built.error?.message ?? built.stderr}`)
    const values = spawnSync(program, { encoding: 'utf8' }).stdout.trim().split('\n').map(Number)
    if (values.length !== known.length) throw new Error(`expected ${known.length} values, got ${values.length}`)
    return {
      wrong: known.flatMap(({ expression, expected }, index) =>
        values[index] === expected ? [] : [`${expression}: expected ${expected}, got ${values[index]}`],
      ),
      unknown: claims.filter((_, index) => refused.has(index + 1)).map(({ expression }) => expression),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
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
