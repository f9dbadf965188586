// The end of a job's command: prints the results last, even if the job has failed.

import { EXIT, ImgdiagError } from '../base/errors.ts';
import type { OnMessage } from '../base/messages.ts';
import type { Written } from '../job/written.ts';
import type { Context } from './context.ts';
import { printError } from './terminal.ts';

/**
 * @param print prints the results; `error` is why the job failed
 * @throws what the job throws, once its results are printed
 */
export async function finish<R extends Written>(
  job: Promise<R>,
  { terminal, setExitCode }: Pick<Context, 'terminal' | 'setExitCode'>,
  print: (result: R, error?: ImgdiagError) => void,
  onMessage: OnMessage = terminal.message,
): Promise<void> {
  let failure: ImgdiagError | undefined;
  const result = await job.catch((error) => {
    if (!(error instanceof ImgdiagError && error.result)) throw error;
    failure = error;
    return error.result as R;
  });
  print(result, failure);
  for (const { what, path } of result.written) {
    // The command itself reports the model.
    if (what !== 'model') onMessage('info', `${what} written to ${path}`);
  }
  for (const unwritten of result.unwritten) {
    printError(unwritten, false);
    setExitCode(EXIT.write);
  }
  if (failure !== undefined) throw failure;
}
