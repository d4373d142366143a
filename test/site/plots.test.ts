import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** The drawings of recorded benchmarks. */
const test = suite('plots of benchmarks')

const module = '../../scripts/lib/plot.mjs'
const { plot }: { plot(lines: string): string } = await import(module)

const folder = new URL('../../docs/benchmarks/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const recorded = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith('.jsonl'))

test('recordings exist', () => assert.ok(recorded.length > 0))

for (const name of recorded) {
  test(`docs/benchmarks/${name} names command, date and machine, and its drawing is up to date`, () => {
    const [first = ''] = read(name).split('\n')
    const { command, date, machine, kernel, node } = JSON.parse(first) as Readonly<Record<string, string>>
    assert.match(command ?? '', /^npm run bench/)
    assert.match(date ?? '', /^\d{4}-\d\d-\d\d$/)
    assert.ok(machine && kernel && node, first)
    assert.is(read(name.replace(/jsonl$/, 'svg')), plot(read(name)))
  })
}

test('bars are relative to the first row of their group; CPU time is preferred, and other lines are left out', () => {
  const svg = plot(
    [
      '{"command":"npm run bench"}',
      'not a row',
      '{"group":"a","name":"one","milliseconds":100,"cpu":10}',
      '{"group":"a","name":"two <2>","milliseconds":100,"cpu":5}',
      '{"group":"b","name":"three","nanoseconds":7}',
      '{"group":"b","name":"four","nanoseconds":70}',
      '{"group":"b","name":"no time"}',
    ].join('\n'),
  )
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text)
  assert.equal(texts, ['a', 'one', '1.00', 'two &#60;2&#62;', '0.50', 'b', 'three', '1.00', 'four', '10.00'])
  const widths = [...svg.matchAll(/<rect[^>]*width="([\d.]+)"[^>]*fill="#/g)].map(([, width]) => Number(width))
  // The longest bar is cut.
  assert.equal(widths, [180, 90, 180, 720])
})

test.run()
