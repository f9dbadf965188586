// Shares a limited resource, such as memory, among concurrent tasks.

export interface Budget {
  /**
   * Runs `work` once `amount` is free; first come, first served, so that small tasks cannot starve
   * a large one. An amount above the total counts as the total.
   */
  use<T>(amount: number, work: () => Promise<T>): Promise<T>;
}

export function createBudget(total: number): Budget {
  let free = total;
  const waiting: { amount: number; start: () => void }[] = [];
  const startThose = () => {
    for (let [next] = waiting; next && next.amount <= free; [next] = waiting) {
      waiting.shift();
      free -= next.amount;
      next.start();
    }
  };
  return {
    async use(amount, work) {
      const taken = Math.min(amount, total);
      await new Promise<void>((start) => {
        waiting.push({ amount: taken, start });
        startThose();
      });
      try {
        return await work();
      } finally {
        free += taken;
        startThose();
      }
    },
  };
}
