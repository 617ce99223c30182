/**
 * Returns `ask`, called once per argument. Later calls get the same promise, also a rejected one.
 */
export function memoize<Answer>(ask: () => Promise<Answer>): () => Promise<Answer>;
export function memoize<Argument, Answer>(
  ask: (argument: Argument) => Promise<Answer>,
): (argument: Argument) => Promise<Answer>;
export function memoize<Argument, Answer>(
  ask: (argument: Argument) => Promise<Answer>,
): (argument: Argument) => Promise<Answer> {
  const answers = new Map<Argument, Promise<Answer>>();
  return (argument) => {
    const answer = answers.get(argument) ?? ask(argument);
    answers.set(argument, answer);
    return answer;
  };
}
