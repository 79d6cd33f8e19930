import type { VoxelSizeNm } from '#domain/geometry.ts';

import { modelDirectories } from './modelDirectories.ts';
import { chooseModel } from './packages/chooseModel.ts';
import { listModels, loadModel } from './packages/loadModel.ts';
import type { ModelPackage } from './packages/modelPackage.ts';

/**
 * The network that a user named, or the installed one that fits the voxel size best.
 *
 * @param model id or folder of a package; null to choose
 * @throws as `loadModel` and `chooseModel`
 */
export async function findNetwork(model: string | null, voxelSizeNm: VoxelSizeNm): Promise<ModelPackage> {
  const directories = modelDirectories();
  const installed = async () =>
    (await listModels(directories)).flatMap(({ result }) => ('model' in result ? [result.model] : []));
  return loadModel(model ?? chooseModel(await installed(), voxelSizeNm).model.directory, directories);
}
