import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseArgs } from '../../packages/cni-tap/dist/cni/args.js'
import { quote, quoteList } from '../../packages/cni-tap/dist/cni/quote.js'
import '../support/built.js'

const args = suite('cni-tap: CNI_ARGS')

const accepted: [text: string, args: object][] = [
  ['', {}],
  ['MAC=02:00:00:00:00:01', { MAC: '02:00:00:00:00:01' }],
  ['IgnoreUnknown=true;MAC=x', { MAC: 'x' }],
  ['IgnoreUnknown=1;K8S_POD_NAMESPACE=a;K8S_POD_NAME=b;K8S_POD_INFRA_CONTAINER_ID=c;K8S_POD_UID=d', {}],
  ['FOO=BAR;IgnoreUnknown=TRUE', {}],
  ['IgnoreUnknown=0', {}],
  ['MAC=', { MAC: '' }],
  ['MAC=a;MAC=b', { MAC: 'b' }],
  ['OWNER=0;GROUP=4294967294;MULTIQUEUE=TRUE', { OWNER: 0, GROUP: 4294967294, MULTIQUEUE: true }],
  ['MULTIQUEUE=0', { MULTIQUEUE: false }],
]
for (const [text, expected] of accepted) {
  args(`accepts ${JSON.stringify(text)}`, () => assert.equal(parseArgs(text), expected))
}

const rejected: [text: string, message: string][] = [
  ['MAC', 'ARGS: invalid pair "MAC"'],
  ['MAC=a=b', 'ARGS: invalid pair "MAC=a=b"'],
  ['MAC=a;', 'ARGS: invalid pair ""'],
  [';', 'ARGS: invalid pair ""'],
  ['FOO=BAR;X=Y', 'ARGS: unknown args ["FOO=BAR" "X=Y"]'],
  ['mac=a', 'ARGS: unknown args ["mac=a"]'],
  ['ignoreunknown=1;FOO=BAR', 'ARGS: unknown args ["ignoreunknown=1" "FOO=BAR"]'],
  ['IgnoreUnknown=false;FOO=BAR', 'ARGS: unknown args ["FOO=BAR"]'],
  ...['', '-1', '4294967295', '1.5', '0x1', 'root'].map((value): [string, string] => [
    `OWNER=${value}`,
    `ARGS: error parsing value of pair "OWNER=${value}": expected a number from 0 to 4294967294`,
  ]),
  ['MULTIQUEUE=yes', 'ARGS: error parsing value of pair "MULTIQUEUE=yes": boolean unmarshal error: invalid input yes'],
  ['toString=1', 'ARGS: unknown args ["toString=1"]'],
  [
    'IgnoreUnknown=Yes',
    'ARGS: error parsing value of pair "IgnoreUnknown=Yes": boolean unmarshal error: invalid input yes',
  ],
]
for (const [text, message] of rejected) {
  args(`rejects ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseArgs(text),
      (error: { code: number; message: string }) => error.code === 4 && error.message === message,
    )
  })
}
args.run()

const quoting = suite('cni-tap: quoting')
const quoted: [text: string, expected: string][] = [
  ['plain text', '"plain text"'],
  ['"\\', '"\\"\\\\"'],
  ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
  ['\0\x1b\x7f', '"\\x00\\x1b\\x7f"'],
  ['ä€😀', '"ä€😀"'],
  ['\u0085\u200b\ufeff', '"\\u0085\\u200b\\ufeff"'],
  ['\u{e0001}', '"\\U000e0001"'],
]
for (const [text, expected] of quoted) quoting(JSON.stringify(text), () => assert.is(quote(text), expected))
quoting('a list', () => assert.is(quoteList(['a', 'b"']), '["a" "b\\""]'))
quoting.run()
