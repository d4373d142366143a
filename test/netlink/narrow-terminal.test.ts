import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Printer } from '../../packages/netlink/dist/cli/command.js'
import { DetailPrinter } from '../../packages/netlink/dist/cli/detail.js'
import { plainText } from '../../packages/netlink/dist/inspect/styled.js'
import { captureNames, captureOf } from '../support/captures.js'

const test = suite('the detailed views on narrow terminals')

/** Returns the lines of the first messages of a capture. Without a width, the output is no terminal. */
function linesOf(name: string, bytes: boolean, width?: number): readonly string[] {
  const lines: string[] = []
  const out: Printer = {
    line: (text) => lines.push(text),
    styled: (parts) => lines.push(plainText(parts)),
    lines: (text) => lines.push(...text.trimEnd().split('\n')),
    flush: () => {},
    complain: (text) => lines.push(text),
  }
  const printer = new DetailPrinter(out, { bytes, secrets: false, isColoured: false, width })
  for (const datagram of captureOf(name).slice(0, 25)) printer.add(datagram)
  printer.end()
  return lines
}

/** Returns the text of lines without spaces and the lines of the tree. */
const textOf = (lines: readonly string[]) => lines.join('').replace(/[\s│]/g, '')

for (const name of captureNames)
  test(`messages of ${name} at 40, 60 and 80 columns`, () => {
    const whole = textOf(linesOf(name, false))
    for (const width of [40, 60, 80]) {
      const lines = linesOf(name, false, width)
      assert.ok(textOf(lines) === whole, `another text at ${width} columns`)
      for (const line of [...lines, ...linesOf(name, true, width)]) {
        // A word that is longer than the line stays whole: the terminal breaks it.
        const hasRoom = /\S +\S/.test(line.slice(6).replaceAll('│', ' '))
        if (hasRoom) assert.ok(line.length <= width, `${width}: ${line}`)
      }
    }
  })

test.run()
