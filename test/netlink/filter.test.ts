import { CaptureNames, Conversations, Filter, FilterError } from '@netloom/netlink/inspect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureOf } from '../support/captures.js'

const test = suite('filters')

/** Returns the numbers of the messages of a capture that a filter selects. */
function selected(name: string, text: string): number[] {
  const names = new CaptureNames()
  const filter = new Filter(text, names)
  const conversations = new Conversations({ names })
  return captureOf(name)
    .flatMap((datagram) => conversations.add(datagram))
    .filter(({ inspected, role, conversation }) => filter.selects(inspected, role, conversation))
    .map(({ inspected }) => inspected.number)
}

for (const [name, text, numbers] of [
  ['iplinkadd', 'request', [1, 3]],
  ['iplinkadd', 'type=RTM_NEWLINK and not reply', [1, 3]],
  ['iplinkadd', 'verb=new and kind=link', [3]],
  ['iplinkadd', 'linkinfo.kind=veth', [3]],
  ['iplinkadd', 'linkinfo.kind~VE', [3]],
  ['iplinkadd', 'linkinfo.kind~/^v.th$/', [3]],
  ['iplinkadd', 'linkinfo.kind=bridge', []],
  ['iplinkadd', 'linkinfo.kind!=bridge', [3]],
  ['iplinkadd', 'number<=1 and (dump or request)', [1]],
  ['02-bond', 'refused', [278, 279]],
  ['02-bond', 'adLacpActive=1 and type=NLMSG_ERROR', [279]],
  ['02-bond', 'mtu>65535 and type=RTM_NEWLINK', [200, 218, 236]],
] as const)
  test(`${name}: ${text}`, () => assert.equal(selected(name, text), numbers))

test('constants compare by name with or without prefix, links by name or index', () => {
  const count = (text: string) => selected('06-route', text).length
  assert.ok(count('value.type=blackhole') > 0)
  assert.is(count('value.type=blackhole'), count('value.type=RTN_BLACKHOLE'))
  assert.is(count('value.type=blackhole'), count('value.type=6'))
  assert.ok(count('oif=d0') > 0)
  assert.is(count('oif=d0 and not oif=d0'), 0)
})

test('keys that no message has are known', () => {
  const filter = new Filter('oiff=3 or type=x', new CaptureNames())
  assert.equal(filter.unseenKeys, ['oiff'])
})

for (const [text, position, words] of [
  ['', 1, 'expected a key, a word, not, or (, got the end'],
  ['type=', 6, 'expected a value after =, got the end'],
  ['oif=3 andd', 7, "expected and, or, or the end, got 'andd'"],
  ['(reply', 7, 'expected ), got the end'],
  ['mtu>big', 5, "expected a number after >, got 'big'"],
  ['name~/(/', 6, "expected a regular expression, got '('"],
  ['name="x', 8, 'expected " at the end of the text that begins at position 6, got the end'],
  [
    'replies',
    8,
    "expected an operator (= != < > <= >= ~) after 'replies', which is none of the words request, reply, event, refused, dump, got the end",
  ],
  [`${'('.repeat(200)}reply`, 102, "expected at most 100 parentheses and not inside each other, got '('"],
] as const)
  test(`error: ${text.slice(0, 20)}`, () => {
    try {
      new Filter(text, new CaptureNames())
    } catch (error) {
      assert.instance(error, FilterError)
      const { message, code } = error as FilterError
      assert.equal([message, code], [`at position ${position}: ${words}`, 'ERR_NETLINK_FILTER'])
      return
    }
    assert.unreachable('expected a FilterError')
  })

test.run()
