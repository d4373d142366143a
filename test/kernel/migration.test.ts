import { readFileSync } from 'node:fs'
import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Runs the tables of the migration pages: the calls of netloom, from top to bottom. docs.test.ts runs their programs.

const test = suiteNeeding('the migration pages', 'netns')

for (const name of ['from-vishvananda', 'from-pyroute2']) {
  const page = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')
  const calls = [...page.matchAll(/^\| `.+` +\| `(nl\.[^`]+\))` +\|$/gm)].map(([, call = '']) => call)

  test(`docs/${name}.md: each call succeeds, and lists what the calls before it have created`, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      assert.ok(calls.length >= 25, `${calls.length} calls`)
      for (const call of calls) {
        const result = await (new Function('nl', `return ${call}`) as (own: Netlink) => Promise<unknown>)(nl)
        if (/\.(get|lookup)\(/.test(call)) assert.ok(result, call)
        if (/\.list\(/.test(call) && !call.includes("'default'")) assert.ok((result as unknown[]).length > 0, call)
      }
      assert.is(await nl.link.get('eth0'), undefined)
    }))
}

test.run()
