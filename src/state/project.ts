import type { TaskState } from './task.ts';

/** Whether a task is for the orchestrators of a project; one that names none is for all, as is one who serves all. */
export const isOfProject = (task: Pick<TaskState, 'project'>, project: string | undefined): boolean =>
  task.project === undefined || project === undefined || task.project === project;
