import { CaptureNames, ConversationLines, Conversations, plainText } from '@netloom/netlink/inspect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureOf } from '../support/captures.js'

const test = suite('events in the default view')

/** Returns the events about a link, without the columns: `+ link  d0  #3  dummy`. */
function linkEvents(capture: string, name: string): string[] {
  const names = new CaptureNames()
  const conversations = new Conversations({ names })
  const lines = new ConversationLines({ names })
  for (const datagram of captureOf(capture)) conversations.add(datagram)
  conversations.end()
  return [...conversations.take()]
    .flatMap((conversation) => [...lines.lines(conversation)].map(plainText))
    .flatMap((line) => /└ event {2}([+~–] link {2}.*?) {2}#\d+$/.exec(line)?.[1] ?? [])
    .filter((text) => text.slice('+ link  '.length).startsWith(`${name}  `))
}

test('a link that existed before has changed, and only what differs is shown', () =>
  assert.equal(linkEvents('01-vlan', 'd0').slice(0, 3), [
    '+ link  d0  #3  dummy  mtu 1500  down  5a:6c:38:62:c0:5b',
    '~ link  d0  mtu 2000',
    '~ link  d0  up',
  ]))

test.run()
