import { readCommand } from './lib/command.mjs'
import { checkProse, proseFiles, reportProse } from './lib/prose.mjs'
import * as rules from './lib/prose-words.mjs'

const { positionals } = readCommand({
  name: 'run prose',
  description:
    'Finds odd words in comments, messages, names and documents, and doc comments that begin with a clause. Part of `npm run lint`.',
  operands: { usage: 'PATTERN…', help: 'only files whose path contains one of them' },
})

if (!reportProse(checkProse(proseFiles(positionals), rules))) process.exitCode = 1
