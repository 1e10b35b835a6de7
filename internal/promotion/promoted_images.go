// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"
	"strings"

	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// Fields of a Pod whose images did not run as the workload: those of volumes were mounted, and with the others somebody
// debugged.
const (
	volumes   = "volumes"
	debuggers = "ephemeralContainers"
)

// promotedImages are the digests of all images that a change brings, and of those that it runs.
type promotedImages struct{ all, run []string }

// promotedImagesOf a change. An image that does not say by digest which it is is returned instead.
func promotedImagesOf(change Change) (images promotedImages, unpinned string) {
	if images.all, unpinned = digestsOf(change.Images); unpinned != "" {
		return promotedImages{}, unpinned
	}
	images.run = images.all
	if run, ok := imagesOutside(change.Text, volumes); ok {
		images.run, unpinned = digestsOf(run)
	}
	return images, unpinned
}

// entered tells whether another change brought all of them in, and ran there what is to run here. Of what cannot be
// read nothing is known to have entered.
func (p promotedImages) entered(change v1alpha1.Change) bool {
	had, _ := imagesOutside(change.Content.Raw, debuggers)
	ran, _ := imagesOutside(change.Content.Raw, debuggers, volumes)
	hadDigests, _ := digestsOf(had)
	ranDigests, _ := digestsOf(ran)
	return among(hadDigests, p.all) && among(ranDigests, p.run)
}

func among(all, some []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

// imagesOutside the fields of a content; false where that cannot be read.
func imagesOutside(text []byte, fields ...string) ([]string, bool) {
	var content map[string]any
	if utiljson.Unmarshal(text, &content) != nil || content == nil {
		return nil, false
	}
	return workload.ImagesOutside(content, fields...), true
}

// digestsOf the images: what they are, wherever they were pulled from. The first that names none is returned instead.
func digestsOf(images []string) (digests []string, unpinned string) {
	for _, image := range images {
		_, digest, _ := strings.Cut(image, "@")
		if parsed, err := workload.ParseImage(image); err != nil || !parsed.Pinned {
			return nil, image
		}
		digests = append(digests, digest)
	}
	return digests, ""
}
