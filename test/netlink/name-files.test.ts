import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { NameFile, numberIn } from '../../packages/netlink/dist/api/values/name-files.js'
import '../support/built.js'

const test = suite('names in files of iproute2')

/** Runs with two empty folders, in place of /etc/iproute2 and /usr/share/iproute2. */
function withFolders(use: (etc: string, share: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-names-'))
  try {
    const [etc, share] = [join(folder, 'etc'), join(folder, 'share')]
    for (const each of [etc, share]) mkdirSync(join(each, 'rt_tables.d'), { recursive: true })
    use(etc, share)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('names are read from the file and from the .conf files of its folder', () =>
  withFolders((etc, share) => {
    writeFileSync(join(share, 'rt_tables'), '# reserved\n255\tlocal\n0x10 hex # sixteen\n\n  7  seven\nnot a line\n')
    writeFileSync(join(share, 'rt_tables.d', 'a.conf'), '100 blue\n')
    writeFileSync(join(share, 'rt_tables.d', 'b.conf'), '101 red\n')
    writeFileSync(join(share, 'rt_tables.d', 'c.txt'), '102 green\n')
    writeFileSync(join(etc, 'rt_tables.d', 'b.conf'), '201 red\n')
    const file = new NameFile('rt_tables', [etc, share])
    const found = ['local', 'hex', 'seven', 'blue', 'red', 'green', 'not'].map((name) => file.numberOf(name))
    assert.equal(found, [255, 16, 7, 100, 201, undefined, undefined])
    assert.is(file.nameOf(100), 'blue')
    assert.is(file.nameOf(8), undefined)
  }))

test('a file in /etc replaces that in /usr/share, and a change is noticed', () =>
  withFolders((etc, share) => {
    writeFileSync(join(share, 'rt_tables'), '1 one\n')
    const file = new NameFile('rt_tables', [etc, share])
    assert.is(file.numberOf('one'), 1)
    writeFileSync(join(etc, 'rt_tables'), '2 two\n')
    assert.equal([file.numberOf('one'), file.numberOf('two')], [undefined, 2])
    writeFileSync(join(etc, 'rt_tables'), '3 two\n')
    utimesSync(join(etc, 'rt_tables'), 1, 1)
    assert.is(file.numberOf('two'), 3)
    rmSync(join(etc, 'rt_tables'))
    assert.is(file.numberOf('one'), 1)
  }))

test('without files there are no names, and the error names the files', () =>
  withFolders((etc, share) => {
    const file = new NameFile('rt_realms', [etc, share])
    assert.is(file.numberOf('x'), undefined)
    assert.is(numberIn('realms', file, 7, 9), 7)
    for (const value of ['x', 10, -1, 1.5, true as never])
      assert.throws(
        () => numberIn('realms', file, value, 9),
        (error: Error) =>
          error instanceof TypeError &&
          error.message.startsWith(
            `expected realms to be an integer from 0 to 9 or a name in ${etc}/rt_realms or ${share}/rt_realms, got`,
          ),
      )
  }))

test.run()
